/** What there is at a path that matters, gathered with programs: a dead network mount costs one abandoned child, not a thread of the agent. */
import { type Mount, mountOf } from '../../../observe/mount.ts'
import type { CheckContext } from '../../context.ts'

/** In units as the filesystem counts them; inodes are 0 where it has no fixed number of them. */
export interface Space {
  readonly sizeMiB: number
  /** For processes that are not root. */
  readonly freeMiB: number
  readonly inodes: number
  readonly freeInodes: number
}

/** late: nothing answered. io-error: the kernel refuses to read. */
export type PlaceProblem = 'none' | 'missing' | 'late' | 'io-error' | 'forbidden' | 'unreadable'

export interface Place {
  readonly path: string
  /** Symbolic links followed. Of a path that is late it is the path itself. */
  readonly resolvedPath: string
  readonly mount: Mount | undefined
  readonly space: Space | undefined
  readonly problem: PlaceProblem
  /** What the program that looked said; empty without a problem. */
  readonly message: string
}

export const placeDeadlineMs = 5_000
export const mountTable = '/proc/self/mountinfo'
const mebibyte = 1024 * 1024

const problems: readonly { readonly says: RegExp; readonly problem: PlaceProblem }[] = [
  { says: /No such file or directory|Not a directory/, problem: 'missing' },
  { says: /Input\/output error|Structure needs cleaning|Stale file handle|Transport endpoint is not connected/, problem: 'io-error' },
  { says: /Permission denied|Operation not permitted/, problem: 'forbidden' },
]

/** Pure. */
export const problemIn = (output: string): PlaceProblem => problems.find(({ says }) => says.test(output))?.problem ?? 'unreadable'

/** The output of `stat -f -c '%S %b %a %c %d'`; undefined for anything else. Pure. */
export const parseSpace = (output: string): Space | undefined => {
  const numbers = output.trim().split(' ').map(Number)
  const [block, blocks, free, inodes, freeInodes] = numbers
  if (numbers.length !== 5 || !numbers.every(Number.isFinite)) return undefined
  const inMiB = (count: number) => Math.floor((count * (block ?? 0)) / mebibyte)
  return { sizeMiB: inMiB(blocks ?? 0), freeMiB: inMiB(free ?? 0), inodes: inodes ?? 0, freeInodes: freeInodes ?? 0 }
}

/** By diagnosis and path: what hung. */
const hung = new WeakMap<CheckContext, Map<string, Place>>()

/**
 * Throws when a program that every Linux has is not there, and when the signal aborts. A place that hangs is asked once in a diagnosis: each
 * question costs its whole deadline, and a program that may never end.
 */
export const lookAtPlace = async (context: CheckContext, path: string, mountinfo: string, signal: AbortSignal): Promise<Place> => {
  const before = hung.get(context) ?? new Map<string, Place>()
  hung.set(context, before)
  const place = before.get(path) ?? (await look(context, path, mountinfo, signal))
  if (place.problem === 'late') before.set(path, place)
  return place
}

const look = async (context: CheckContext, path: string, mountinfo: string, signal: AbortSignal): Promise<Place> => {
  const ask = async (program: string, args: readonly string[]) => {
    const run = await context.run(program, args, placeDeadlineMs, signal)
    if (run.kind === 'not-started') throw new Error(`${program} could not be started: ${run.message}`)
    if (run.kind === 'aborted') signal.throwIfAborted()
    return run
  }
  const ended = (resolvedPath: string, problem: PlaceProblem, message: string, space?: Space): Place => ({
    ...{ path, resolvedPath, problem, message, space },
    mount: mountOf(mountinfo, resolvedPath),
  })

  const link = await ask('readlink', ['-m', '--', path])
  if (link.kind !== 'exited') return ended(path, 'late', '')
  if (link.code !== 0) return ended(path, problemIn(link.output), link.output.trim())
  const resolvedPath = link.output.replace(/\n$/, '')

  const stat = await ask('stat', ['-f', '-c', '%S %b %a %c %d', '--', resolvedPath])
  if (stat.kind !== 'exited') return ended(resolvedPath, 'late', '')
  const space = parseSpace(stat.output)
  if (!space) return ended(resolvedPath, problemIn(stat.output), stat.output.trim())

  // A filesystem that has shut down still tells its size: only reading from it shows.
  const first = await ask('find', [mountOf(mountinfo, resolvedPath)?.mountPoint ?? resolvedPath, '-maxdepth', '0', '-empty'])
  if (first.kind !== 'exited') return ended(resolvedPath, 'late', '', space)
  if (first.code !== 0) return ended(resolvedPath, problemIn(first.output), first.output.trim(), space)
  return ended(resolvedPath, 'none', '', space)
}
