import { auth, body, type Case, chunkedCoding, chunks, counted, forwarded, head, host, refused } from './case.ts'

const coded = (...codings: readonly string[]): string => head([host, auth, ...codings]) + chunks

/** Where a body ends, told by Transfer-Encoding. */
export const encodingCases: readonly Case[] = [
  refused('chunks in HTTP/1.0', head([host, auth, chunkedCoding], 'POST /v1/completions HTTP/1.0') + chunks),
  refused(
    'chunks in HTTP/1.0 that is to be kept alive',
    head([host, auth, 'Connection: keep-alive', chunkedCoding], 'POST /v1/completions HTTP/1.0') + chunks,
  ),
  refused('an empty coding beside a length', head([host, auth, 'Transfer-Encoding:', counted]) + body),
  refused('an empty coding', coded('Transfer-Encoding:')),
  refused('identity beside a length', head([host, auth, 'Transfer-Encoding: identity', counted]) + body),
  refused('identity', coded('Transfer-Encoding: identity')),
  refused('identity, then chunked', coded('Transfer-Encoding: identity, chunked')),
  refused('gzip alone', coded('Transfer-Encoding: gzip')),
  refused('gzip, then chunked', coded('Transfer-Encoding: gzip, chunked')),
  refused('chunked, then gzip', coded('Transfer-Encoding: chunked, gzip')),
  refused('chunked, then identity', coded('Transfer-Encoding: chunked, identity')),
  refused('chunked twice in a list', coded('Transfer-Encoding: chunked, chunked')),
  refused('chunked in two headers', coded(chunkedCoding, chunkedCoding)),
  refused('chunked and identity in two headers', coded(chunkedCoding, 'Transfer-Encoding: identity')),
  refused('identity and chunked in two headers', coded('Transfer-Encoding: identity', chunkedCoding)),
  refused('an unknown coding', coded('Transfer-Encoding: xchunked')),
  refused('an unknown coding that begins like chunked', coded('Transfer-Encoding: chunkedx')),
  refused('chunked with a parameter', coded('Transfer-Encoding: chunked;q=1')),
  refused('chunked in quotes', coded('Transfer-Encoding: "chunked"')),
  refused('chunked with a comma before it', coded('Transfer-Encoding: ,chunked')),
  refused('chunked with a comma behind it', coded('Transfer-Encoding: chunked,')),
  refused('chunked with a vertical tab before it', coded('Transfer-Encoding: \vchunked')),
  refused('chunked with a form feed behind it', coded('Transfer-Encoding: chunked\f')),
  refused('chunked with a no-break space before it', coded('Transfer-Encoding: \u00a0chunked')),
  refused('chunked on a folded line', coded('Transfer-Encoding:\r\n chunked')),
  refused('a space before the colon', coded('Transfer-Encoding : chunked')),
  refused('a tab before the colon', coded('Transfer-Encoding\t: chunked')),
  refused('a space before the name', coded(' Transfer-Encoding: chunked')),
  refused('a coding behind a bare line feed', coded('X-A: b\nTransfer-Encoding: chunked')),
  refused('a coding behind a bare carriage return', coded('X-A: b\rTransfer-Encoding: chunked')),
  refused(
    'chunked in HTTP/1.1 with a connection that is to end and a length',
    head([host, auth, 'Connection: close', chunkedCoding, counted]) + chunks,
  ),
  forwarded('chunks', coded(chunkedCoding), { body }),
  forwarded('chunked in capitals', coded('TRANSFER-ENCODING: CHUNKED'), { body }),
  refused('chunked with a tab behind it', coded('Transfer-Encoding: chunked\t')),
  forwarded('chunked with spaces around it', coded('Transfer-Encoding:   chunked  '), { body }),
  forwarded(
    'a coding under a name with an underscore, which is no coding',
    head([host, auth, 'Transfer_Encoding: chunked', counted]) + body,
    {
      body,
    },
  ),
  forwarded('a length under a name with an underscore, which is no length', head([host, auth, 'Content_Length: 5', counted]) + body, {
    body,
  }),
]
