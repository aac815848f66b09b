import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Setting } from '../../shared/tuning/profile.ts'
import { normalValue, settingId } from '../../shared/tuning/value.ts'
import type { Owner } from './observed.ts'
import type { Places } from './places.ts'

/** Who else sees to a setting. */
export type OwnersOf = (setting: Setting) => readonly Owner[]

const nobody: OwnersOf = () => []

/** First to last in precedence. */
const profileFolders = ['/etc/tuned/profiles', '/etc/tuned', '/usr/lib/tuned/profiles', '/usr/lib/tuned']
const maxDepth = 8

/** What a profile of tuned sets, by settingId; `> 10` is a floor. */
interface Assigned {
  readonly value: string | undefined
  readonly floor: boolean
}

interface Parsed {
  readonly include: readonly string[]
  readonly assigned: ReadonlyMap<string, Assigned>
}

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
  // A variable, and a list of governors of which the first that exists is taken, are only known to tuned.
  return {
    value: /\$\{|\|/.test(value) || modifier === '<' ? undefined : normalValue(value.replaceAll(/^"|"$/g, '')),
    floor: modifier === '>',
  }
}

/** Reads a tuned.conf. Pure. */
export const parseTunedProfile = (text: string): Parsed => {
  const assigned = new Map<string, Assigned>()
  let include: readonly string[] = []
  let section = ''
  let type = ''
  for (const raw of text.split('\n')) {
    const line = raw.trim()
    const header = /^\[([^\]]+)\]$/.exec(line)?.[1]
    if (header !== undefined) {
      section = header
      type = header
      continue
    }
    const [, name, value = ''] = /^([^#;=\s][^=]*?)\s*=\s*(.*)$/.exec(line) ?? []
    if (name === undefined) continue
    if (section === 'main' && name === 'include') include = value.split(/[\s,]+/).filter((word) => word !== '')
    else if (name === 'type') type = value
    const id = idOf(type, name)
    if (id !== undefined) assigned.set(id, assignedFrom(value))
  }
  return { include, assigned }
}

/** What tuned sets with a profile and all that it includes; the including one counts. */
const readProfile = async (places: Places, name: string, depth = 0): Promise<ReadonlyMap<string, Assigned>> => {
  if (depth > maxDepth || !/^[\w.-]+$/.test(name)) return new Map()
  for (const folder of profileFolders) {
    const text = await readFile(join(places.root, folder, name, 'tuned.conf'), 'utf8').catch(() => undefined)
    if (text === undefined) continue
    const { include, assigned } = parseTunedProfile(text)
    const below = await Promise.all(include.map((parent) => readProfile(places, parent, depth + 1)))
    return new Map([...below.flatMap((map) => [...map]), ...assigned])
  }
  return new Map()
}

const isRunning = async (places: Places): Promise<boolean> => {
  const pid = (await readFile(join(places.root, '/run/tuned/tuned.pid'), 'utf8').catch(() => '')).trim()
  return /^\d+$/.test(pid) && existsSync(join(places.proc, pid))
}

/** What the tuned daemon sees to; nothing when it does not run. */
export const tunedOwners = async (places: Places): Promise<OwnersOf> => {
  if (!(await isRunning(places))) return nobody
  const active = (await readFile(join(places.root, '/etc/tuned/active_profile'), 'utf8').catch(() => '')).trim()
  const names = active.split(/\s+/).filter((name) => name !== '')
  const assigned = new Map((await Promise.all(names.map((name) => readProfile(places, name)))).flatMap((map) => [...map]))
  return (setting) => {
    const found = assigned.get(settingId(setting))
    if (!found || (found.floor && setting.comparison === 'at-least')) return []
    const { value } = found
    return [
      {
        with: 'tuned',
        value,
        message: `tuned is active with the profile "${active}", which sets ${setting.key} to ${value === undefined ? 'a value of its own' : `"${value}"`}; it is left to tuned`,
        remedy: `"tuned-adm off" (and "systemctl disable --now tuned") leaves the host to Hostler; or set ${setting.key} to ${setting.value} in a profile of tuned; or take it out of the tuning profile`,
      },
    ]
  }
}
