/** Reads a profile of the tuned daemon, as far as it is about what Hostler tunes. Pure. */
import { normalValue, settingId } from '../../shared/tuning/value.ts'

/** What conditions of a profile are about. */
export interface TunedMachine {
  /** As `uname -a` prints it. */
  readonly uname: string
  /** The text of /proc/cpuinfo. */
  readonly cpuinfo: string
}

export interface Assigned {
  /** undefined: only tuned knows, because a variable or a condition stands there. */
  readonly value: string | undefined
  /** Set only where the host has less. */
  readonly floor: boolean
}

export interface TunedProfile {
  /** Profiles that it starts from. */
  readonly include: readonly string[]
  /** By settingId. */
  readonly assigned: ReadonlyMap<string, Assigned>
}

type Lines = ReadonlyMap<string, string>

const hugePageNames = new Set(['transparent_hugepages', 'transparent_hugepage'])

/** Our name for what a line of a section of this type sets; undefined: none of ours. */
const idOf = (type: string, name: string): string | undefined => {
  if (type === 'sysctl') return settingId({ kind: 'sysctl', key: name.replaceAll('/', '.') })
  if (type === 'vm' && hugePageNames.has(name)) return settingId({ kind: 'transparent-huge-pages', key: 'enabled' })
  if (type === 'cpu' && name === 'governor') return settingId({ kind: 'cpu-governor', key: 'scaling_governor' })
  return undefined
}

const assignedFrom = (text: string): Assigned => {
  const [, modifier, value = ''] = /^([<>]?)\s*(.*)$/.exec(text) ?? []
  // Of a list of governors the first that exists is taken.
  return {
    value: /\$\{|\|/.test(value) || modifier === '<' ? undefined : normalValue(value.replaceAll(/^"|"$/g, '')),
    floor: modifier === '>',
  }
}

/** Sections by name, in their order; of a line written twice the last. */
const sectionsOf = (text: string): ReadonlyMap<string, Lines> => {
  const sections = new Map<string, Map<string, string>>()
  let current = new Map<string, string>()
  for (const raw of text.split('\n')) {
    const line = raw.trim()
    const header = /^\[([^\]]+)\]$/.exec(line)?.[1]
    if (header !== undefined) {
      current = sections.get(header) ?? new Map<string, string>()
      sections.set(header, current)
      continue
    }
    const [, name, value = ''] = /^([^#;=\s][^=]*?)\s*=\s*(.*)$/.exec(line) ?? []
    if (name !== undefined) current.set(name, value)
  }
  return sections
}

/** Whether a section counts on this machine; undefined: only tuned can tell. */
const applies = (lines: Lines, variables: Lines, { uname, cpuinfo }: TunedMachine): boolean | undefined => {
  const conditions = [[lines.get('uname_regex'), uname] as const, [lines.get('cpuinfo_regex'), cpuinfo] as const]
  let sure = true
  for (const [condition, text] of conditions) {
    if (condition === undefined) continue
    const pattern = condition.replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => variables.get(name) ?? whole)
    try {
      if (!new RegExp(pattern, 'm').test(text)) return false
    } catch {
      sure = false
    }
  }
  return sure ? true : undefined
}

export const parseTunedProfile = (text: string, machine: TunedMachine): TunedProfile => {
  const sections = sectionsOf(text)
  const variables: Lines = sections.get('variables') ?? new Map()
  const assigned = new Map<string, Assigned>()
  for (const [name, lines] of sections) {
    const counts = applies(lines, variables, machine)
    if (counts === false) continue
    for (const [key, value] of lines) {
      const id = idOf(lines.get('type') ?? name, key)
      if (id !== undefined) assigned.set(id, counts ? assignedFrom(value) : { value: undefined, floor: false })
    }
  }
  const include = sections.get('main')?.get('include') ?? ''
  return { include: include.split(/[\s,]+/).filter((word) => word !== ''), assigned }
}
