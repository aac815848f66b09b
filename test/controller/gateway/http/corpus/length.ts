import { auth, body, type Case, chunkedCoding, chunks, counted, forwarded, head, host, refused } from './case.ts'

const sized = (...lengths: readonly string[]): string => head([host, auth, ...lengths]) + body
const n = body.length

/** Where a body ends, told by Content-Length. */
export const lengthCases: readonly Case[] = [
  refused('a length, then chunks', head([host, auth, counted, chunkedCoding]) + chunks),
  refused('chunks, then a length', head([host, auth, chunkedCoding, counted]) + chunks),
  refused('a length of zero, then chunks', head([host, auth, 'Content-Length: 0', chunkedCoding]) + chunks),
  refused('two lengths that differ', sized(counted, 'Content-Length: 0')),
  refused('two lengths that differ, the short one first', sized('Content-Length: 0', counted)),
  refused('two equal lengths', sized(counted, counted)),
  refused('two equal lengths in different letters', sized(counted, counted.toLowerCase())),
  refused('a list of equal lengths', sized(`Content-Length: ${n}, ${n}`)),
  refused('a list of different lengths', sized(`Content-Length: ${n}, 0`)),
  refused('a list with an empty member', sized(`Content-Length: ,${n}`)),
  refused('a length with a plus sign', sized(`Content-Length: +${n}`)),
  refused('a negative length', sized(`Content-Length: -${n}`)),
  refused('a hexadecimal length', sized('Content-Length: 0xd')),
  refused('a length with a fraction', sized(`Content-Length: ${n}.0`)),
  refused('a length with an exponent', sized('Content-Length: 1e1')),
  refused('a length with an underscore', sized('Content-Length: 1_3')),
  refused('a length with a space inside', sized('Content-Length: 1 3')),
  refused('a length in quotes', sized(`Content-Length: "${n}"`)),
  refused('a length with a letter behind it', sized(`Content-Length: ${n}b`)),
  refused('an empty length', sized('Content-Length:')),
  refused('a length of spaces', sized('Content-Length:   ')),
  refused('a length beyond 64 bits', sized('Content-Length: 18446744073709551629')),
  refused('a length of 400 digits', sized(`Content-Length: ${'9'.repeat(400)}`)),
  refused('a length with a vertical tab', sized(`Content-Length: \v${n}`)),
  refused('a length in Arabic digits', sized('Content-Length: \u00d9\u00a1\u00d9\u00a3')),
  forwarded('a length with leading zeros', sized(`Content-Length: 000${n}`), { body }),
  forwarded('a length with spaces and tabs around it', sized(`Content-Length: \t ${n} \t`), { body }),
  forwarded('no length and no body', head([host, auth]), { body: '' }),
]
