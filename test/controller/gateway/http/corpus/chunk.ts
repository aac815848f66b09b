import { auth, body, type Case, chunked, chunkedCoding, forwarded, head, host, refused } from './case.ts'

const size = body.length.toString(16)
const end = '0\r\n\r\n'
const hidden = 'GET /v1/hidden HTTP/1.1\r\nHost: a\r\n\r\n'

/** Chunks themselves. A body that goes wrong in the middle is refused as a whole: it was never passed on. */
export const chunkCases: readonly Case[] = [
  refused('a size that is no number', chunked(`zz\r\n${body}\r\n${end}`)),
  refused('a size with 0x before it', chunked(`0x${size}\r\n${body}\r\n${end}`)),
  refused('a size with a plus sign', chunked(`+${size}\r\n${body}\r\n${end}`)),
  refused('a negative size', chunked(`-${size}\r\n${body}\r\n${end}`)),
  refused('an empty size', chunked(`\r\n${body}\r\n${end}`)),
  refused('a space before the size', chunked(` ${size}\r\n${body}\r\n${end}`)),
  refused('a space behind the size', chunked(`${size} \r\n${body}\r\n${end}`)),
  refused('a tab behind the size', chunked(`${size}\t\r\n${body}\r\n${end}`)),
  refused('a size with an underscore', chunked(`0_${size}\r\n${body}\r\n${end}`)),
  refused('a size beyond 64 bits', chunked(`1000000000000000${size}\r\n${body}\r\n${end}`)),
  refused('a chunk longer than its size', chunked(`3\r\n${body}\r\n${end}`)),
  refused('a chunk shorter than its size', chunked(`f\r\n${body}\r\n${end}`)),
  refused('a size that ends with a bare line feed', chunked(`${size}\n${body}\r\n${end}`)),
  refused('a size that ends with a bare carriage return', chunked(`${size}\r${body}\r\n${end}`)),
  refused('a chunk that ends with a bare line feed', chunked(`${size}\r\n${body}\n${end}`)),
  refused('a chunk that ends with two other bytes', chunked(`${size}\r\n${body}xx${end}`)),
  refused('an extension that ends with a bare line feed', chunked(`${size};a\n${body}\r\n${end}`)),
  refused('an extension with a null byte', chunked(`${size};a\0b\r\n${body}\r\n${end}`)),
  refused('an extension of 100 KB', chunked(`${size};${'a'.repeat(100_000)}\r\n${body}\r\n${end}`), 413),
  refused('a trailer that is folded', chunked(`${size}\r\n${body}\r\n0\r\nX-A: b\r\n c\r\n\r\n`)),
  refused('a trailer with a bare line feed', chunked(`${size}\r\n${body}\r\n0\r\nX-A: b\n\r\n`)),
  refused('a trailer with a space before the colon', chunked(`${size}\r\n${body}\r\n0\r\nX-A : b\r\n\r\n`)),
  refused('a trailer that says a length', chunked(`${size}\r\n${body}\r\n0\r\nContent-Length: 5\r\n\r\n`)),
  refused('a trailer that says a coding', chunked(`${size}\r\n${body}\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n`)),
  refused('a trailer of 100 KB', chunked(`${size}\r\n${body}\r\n0\r\nX-A: ${'b'.repeat(100_000)}\r\n\r\n`), 431),
  forwarded('several chunks', chunked(`3\r\n${body.slice(0, 3)}\r\na\r\n${body.slice(3)}\r\n${end}`), { body }),
  forwarded('a size in capitals with leading zeros', chunked(`000${size.toUpperCase()}\r\n${body}\r\n${end}`), { body }),
  forwarded('an extension, which is dropped', chunked(`${size};name=value;other="quoted"\r\n${body}\r\n${end}`), { body }),
  forwarded('a trailer, which is dropped', chunked(`${size}\r\n${body}\r\n0\r\nX-Trailer: kept nowhere\r\n\r\n`, ['Trailer: X-Trailer']), {
    body,
  }),
  forwarded('a trailer that would be credentials', chunked(`${size}\r\n${body}\r\n0\r\nAuthorization: Bearer x\r\n\r\n`), { body }),
  forwarded('no chunk but the last', chunked(end), { body: '' }),
  forwarded(
    'a body that looks like a request',
    `${head([host, auth, chunkedCoding, 'Content-Type: text/plain'])}${hidden.length.toString(16)}\r\n${hidden}\r\n${end}`,
    { body: hidden },
  ),
]
