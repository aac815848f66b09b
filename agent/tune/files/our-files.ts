import { readFile } from 'node:fs/promises'
import { errnoOf } from '../../../shared/errors/hostler-error.ts'
import type { FileChange, FileKind, HeldFile } from '../change.ts'
import { withoutLimits } from './daemon-json.ts'
import { withoutOurLines } from './owned-lines.ts'

/** What stays of a file when our part goes: null for none. What someone else wrote into it since stays. */
export const without: { readonly [K in FileKind]: (current: string | null, before: string | null, ours: string) => string | null } = {
  'sysctl.d': withoutOurLines,
  'unit-drop-in': withoutOurLines,
  'daemon.json': withoutLimits,
}

/** A file's text; null when there is none. */
export const readText = (path: string): Promise<string | null> =>
  readFile(path, 'utf8').catch((error) => {
    if (errnoOf(error) === 'ENOENT') return null
    throw error
  })

/** A file that we write into, and what we want in it. */
export interface WantedFile {
  readonly kind: FileKind
  readonly path: string
  /** From its text without our part to its text with it; null: we want nothing in it; undefined: it cannot be written. */
  readonly text: (theirs: string | null) => string | null | undefined
}

export interface FilePlan {
  readonly changes: readonly FileChange[]
  readonly heldAfter: readonly HeldFile[]
}

/** What has to be written so that each file says what is wanted. Pure in `current`, the texts by path. */
export const planFiles = (
  wanted: readonly WantedFile[],
  held: readonly HeldFile[],
  current: ReadonlyMap<string, string | null>,
): FilePlan => {
  const changes: FileChange[] = []
  const heldAfter: HeldFile[] = held.filter(({ path }) => !wanted.some((one) => one.path === path))
  for (const { kind, path, text } of wanted) {
    const from = current.get(path) ?? null
    const earlier = held.find((one) => one.path === path)
    const theirs = earlier ? without[kind](from, earlier.before, earlier.ours) : from
    const ours = text(theirs)
    const to = ours === undefined ? from : (ours ?? theirs)
    if (to !== from) changes.push({ kind, path, from, to })
    if (ours !== undefined && ours !== null && ours !== theirs) heldAfter.push({ kind, path, before: theirs, ours })
    else if (ours === undefined && earlier) heldAfter.push(earlier)
  }
  return { changes, heldAfter }
}

/** What has to be written so that our part is gone from each file. */
export const planFilesBack = (held: readonly HeldFile[], current: ReadonlyMap<string, string | null>): readonly FileChange[] =>
  held.flatMap(({ kind, path, before, ours }): readonly FileChange[] => {
    const from = current.get(path) ?? null
    // Someone removed the file: that stays.
    const to = from === null ? null : without[kind](from, before, ours)
    return from === to ? [] : [{ kind, path, from, to }]
  })
