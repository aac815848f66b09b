/** How sysctl.d is read at boot, after sysctl.d(5) and sysctl.conf(5). Pure. */
import { normalValue } from '../../shared/tuning/value.ts'

/** One assignment of a file. */
export interface Assignment {
  readonly file: string
  /** From 1. */
  readonly line: number
  /** Dots between the parts; a slash stands for a dot in a name. May be a pattern. */
  readonly key: string
  /** undefined: nothing sets the key (`-key`), neither a line before this one nor any pattern. */
  readonly value: string | undefined
}

/** Whichever mark comes first separates the parts; the other one is then part of a name. */
const dotted = (key: string): string =>
  key.search(/[./]/) >= 0 && key[key.search(/[./]/)] === '/' ? key.replaceAll(/[./]/g, (mark) => (mark === '/' ? '.' : '/')) : key

/** The assignments of a file. Lines that nobody understands are left out, as the readers do. */
export const parseSysctlConf = (file: string, text: string): readonly Assignment[] =>
  text.split('\n').flatMap((raw, index): readonly Assignment[] => {
    const line = raw.trim()
    if (line === '' || line.startsWith('#') || line.startsWith(';')) return []
    const at = line.indexOf('=')
    const name = (at < 0 ? line : line.slice(0, at)).trim()
    const ignoring = name.startsWith('-')
    const key = dotted(ignoring ? name.slice(1).trim() : name)
    if (key === '' || /\s/.test(key)) return []
    if (at < 0) return ignoring ? [{ file, line: index + 1, key, value: undefined }] : []
    return [{ file, line: index + 1, key, value: normalValue(line.slice(at + 1)) }]
  })

const isPattern = (key: string): boolean => /[*?[]/.test(key)

/** A shell pattern that does not cross a separator. */
const matches = (pattern: string, key: string): boolean => {
  const source = pattern.replaceAll(/[.+^${}()|\\]|\*|\?|\[!/g, (mark) => {
    if (mark === '*') return '[^.]*'
    if (mark === '?') return '[^.]'
    return mark === '[!' ? '[^' : `\\${mark}`
  })
  try {
    return new RegExp(`^${source}$`).test(key)
  } catch {
    return false
  }
}

/** What all files say of one key, and which one holds after boot. */
export interface Said {
  readonly assignments: readonly (Assignment & { readonly value: string })[]
  readonly winner: (Assignment & { readonly value: string }) | undefined
}

/**
 * `all` in the order in which the files are read. The last line that names the key decides; a pattern counts only where none does. Of
 * several patterns the last wins, where one that is written again with the value that it had keeps its place.
 */
export const saidOf = (key: string, all: readonly Assignment[]): Said => {
  const assignments = all.flatMap((one) =>
    one.value !== undefined && (one.key === key || (isPattern(one.key) && matches(one.key, key))) ? [{ ...one, value: one.value }] : [],
  )
  const named = all.filter((one) => one.key === key).at(-1)
  if (named) return { assignments, winner: named.value === undefined ? undefined : { ...named, value: named.value } }
  const patterns = new Map<string, Assignment & { readonly value: string }>()
  for (const one of assignments) {
    if (patterns.get(one.key)?.value === one.value) continue
    patterns.delete(one.key)
    patterns.set(one.key, one)
  }
  return { assignments, winner: [...patterns.values()].at(-1) }
}

/** A file of a sysctl.d directory. Directories come first to last in precedence. */
export interface ConfFile {
  readonly directory: number
  readonly name: string
}

/** The files that are read, in their order: of files with one name only that of the first directory, sorted by name alone. */
export const readingOrder = <T extends ConfFile>(files: readonly T[]): readonly T[] => {
  const kept = new Map<string, T>()
  for (const file of files) {
    const other = kept.get(file.name)
    if (file.name.endsWith('.conf') && (!other || file.directory < other.directory)) kept.set(file.name, file)
  }
  // By bytes, as strcmp does.
  return [...kept.values()].sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)))
}
