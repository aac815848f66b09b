/**
 * Whether a write-ahead log that was left behind by a crash can be trusted. SQLite reads it up to the first frame whose checksum is wrong
 * and forgets the rest without a word. That is right for a transaction that was being written when the power went, and wrong for one that
 * was finished: with synchronous = FULL a transaction begins only when the one before is on disk, so whatever follows a torn transaction proves
 * that it was not torn, but damaged later. Format: https://www.sqlite.org/fileformat2.html#the_write_ahead_log
 */

const headerBytes = 32
const frameHeaderBytes = 24
const magicLittleEndian = 0x377f0682
const magicBigEndian = 0x377f0683

type Sums = readonly [number, number]
type Checksum = (bytes: Buffer, before: Sums) => Sums

const checksum =
  (bigEndian: boolean): Checksum =>
  (bytes, [first, second]) => {
    let a = first
    let b = second
    for (let at = 0; at + 8 <= bytes.length; at += 8) {
      a = (a + (bigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at)) + b) >>> 0
      b = (b + (bigEndian ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4)) + a) >>> 0
    }
    return [a, b]
  }

const sumsAt = (bytes: Buffer, at: number): Sums => [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4)]
const same = (a: Sums, b: Sums): boolean => a[0] === b[0] && a[1] === b[1]

/** What is wrong with the log; undefined when nothing is, also when only its last, unfinished transaction is torn. */
export const faultOfLog = (log: Buffer): string | undefined => {
  // A log whose first sector never reached the disk holds nothing that was promised to anybody.
  if (log.length < headerBytes || log.subarray(0, headerBytes).every((byte) => byte === 0)) return undefined
  const magic = log.readUInt32BE(0)
  if (magic !== magicLittleEndian && magic !== magicBigEndian) return 'its write-ahead log does not begin like one'
  const sum = checksum(magic === magicBigEndian)
  let sums = sum(log.subarray(0, 24), [0, 0])
  if (!same(sums, sumsAt(log, 24))) return 'the header of its write-ahead log has a wrong checksum'
  const pageSize = log.readUInt32BE(8)
  if (pageSize < 512 || pageSize > 65_536) return `its write-ahead log claims pages of ${pageSize} bytes`
  const salt = sumsAt(log, 16)

  const frameBytes = frameHeaderBytes + pageSize
  let torn: number | undefined
  let tornEnds = false
  for (let number = 1, at = headerBytes; at + frameBytes <= log.length; number += 1, at += frameBytes) {
    // What is left over from an earlier round of the log has other salts.
    const ours = same(sumsAt(log, at + 8), salt)
    const commits = log.readUInt32BE(at + 4) !== 0
    if (torn === undefined) {
      sums = sum(log.subarray(at + frameHeaderBytes, at + frameBytes), sum(log.subarray(at, at + 8), sums))
      if (ours && same(sums, sumsAt(log, at + 16))) continue
      torn = number
      tornEnds = ours && commits
    } else if (ours) {
      if (tornEnds) return `frame ${torn} of its write-ahead log has a wrong checksum, and finished transactions follow it`
      tornEnds = commits
    }
  }
  return undefined
}
