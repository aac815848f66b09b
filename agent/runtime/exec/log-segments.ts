import { watch } from 'node:fs'
import { type FileHandle, open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pause } from '../../../shared/lifecycle/deadline.ts'

const pieceBytes = 64 * 1024
/** Lines are looked for no further back than this, however long they are. */
const tailLimitBytes = 8 * 1024 * 1024
const newline = 0x0a

interface Position {
  readonly segment: number
  readonly offset: number
}

const segmentFile = (directory: string, segment: number): string => join(directory, `log.${segment}`)

const segments = async (directory: string): Promise<number[]> =>
  (await readdir(directory).catch(() => []))
    .flatMap((name) => /^log\.(\d+)$/.exec(name)?.[1] ?? [])
    .map(Number)
    .toSorted((a, b) => a - b)

const readPiece = async (file: FileHandle, offset: number, length: number): Promise<Buffer> => {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset)
  return buffer.subarray(0, bytesRead)
}

/** Where the last `lines` lines of all segments together begin. */
const tailStart = async (directory: string, lines: number): Promise<Position> => {
  const newestFirst = (await segments(directory)).toReversed()
  let wanted = lines
  let seen = 0
  let start: Position = { segment: newestFirst[0] ?? 0, offset: 0 }
  // The newline at the very end closes the last line; it does not begin another.
  let atEnd = true
  for (const segment of newestFirst) {
    const file = await open(segmentFile(directory, segment), 'r')
    try {
      let end = (await file.stat()).size
      if (lines === 0) return { segment, offset: end }
      start = { segment, offset: 0 }
      while (end > 0 && seen < tailLimitBytes) {
        const from = Math.max(0, end - pieceBytes)
        const piece = await readPiece(file, from, end - from)
        for (let index = piece.length - 1; index >= 0; index--) {
          if (piece[index] === newline && !atEnd) wanted -= 1
          atEnd = false
          if (wanted === 0) return { segment, offset: from + index + 1 }
        }
        seen += piece.length
        end = from
      }
      if (seen >= tailLimitBytes) return { segment, offset: end }
    } finally {
      await file.close()
    }
  }
  return start
}

/** Everything from `from` on that is there now; returns where it ends. */
const readOn = async function* (directory: string, from: Position): AsyncGenerator<Buffer, Position> {
  let { segment, offset } = from
  for (;;) {
    const known = await segments(directory)
    const next = known.find((other) => other > segment)
    if (known.includes(segment)) {
      const file = await open(segmentFile(directory, segment), 'r')
      try {
        for (;;) {
          const piece = await readPiece(file, offset, pieceBytes)
          if (piece.length === 0) break
          offset += piece.length
          yield piece
        }
      } finally {
        await file.close()
      }
    }
    if (next === undefined) return { segment, offset }
    segment = next
    offset = 0
  }
}

/** Resolves at a change in the directory, after maxMs, or when the signal aborts. */
const changed = async (directory: string, maxMs: number, signal: AbortSignal): Promise<void> => {
  const woken = new AbortController()
  const watcher = watch(directory, () => woken.abort())
  watcher.on('error', () => woken.abort())
  await pause(maxMs, AbortSignal.any([signal, woken.signal]))
  watcher.close()
}

/**
 * The last lines of an instance's log, then, when following, all that comes after, until `ended` says that nothing will.
 * A log whose directory is removed just ends.
 */
export const readLog = async function* (
  directory: string,
  tailLines: number,
  follow: boolean,
  ended: () => Promise<boolean>,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  let position = await tailStart(directory, tailLines)
  for (;;) {
    // Asked before reading: what was written before the end is read after it.
    const last = !follow || (await ended())
    const reader = readOn(directory, position)
    for (;;) {
      const step = await reader.next()
      if (step.done) {
        position = step.value
        break
      }
      yield step.value
    }
    if (last || signal.aborted || !(await stat(directory).catch(() => undefined))) return
    await changed(directory, 500, signal).catch(() => {})
    if (signal.aborted) return
  }
}
