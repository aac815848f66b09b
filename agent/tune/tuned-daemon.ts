import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { hostname, release, type, machine as unameMachine, version } from 'node:os'
import { join } from 'node:path'
import type { Setting } from '../../shared/tuning/profile.ts'
import { settingId } from '../../shared/tuning/value.ts'
import type { Owner } from './observed.ts'
import type { Places } from './places.ts'
import { type Assigned, parseTunedProfile, type TunedMachine } from './tuned-profile.ts'

/** Who else sees to a setting. */
export type OwnersOf = (setting: Setting) => readonly Owner[]

const nobody: OwnersOf = () => []

/** First to last in precedence. */
const profileFolders = ['/etc/tuned/profiles', '/etc/tuned', '/usr/lib/tuned/profiles', '/usr/lib/tuned']
const maxDepth = 8

/** What tuned sets with a profile and all that it includes; the including one counts. */
const readProfile = async (places: Places, name: string, machine: TunedMachine, depth = 0): Promise<ReadonlyMap<string, Assigned>> => {
  if (depth > maxDepth || !/^[\w.-]+$/.test(name)) return new Map()
  for (const folder of profileFolders) {
    const text = await readFile(join(places.root, folder, name, 'tuned.conf'), 'utf8').catch(() => undefined)
    if (text === undefined) continue
    const { include, assigned } = parseTunedProfile(text, machine)
    const below = await Promise.all(include.map((parent) => readProfile(places, parent, machine, depth + 1)))
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
  const machine = {
    uname: [type(), hostname(), release(), version(), unameMachine()].join(' '),
    cpuinfo: await readFile(join(places.proc, 'cpuinfo'), 'utf8').catch(() => ''),
  }
  const active = (await readFile(join(places.root, '/etc/tuned/active_profile'), 'utf8').catch(() => '')).trim()
  const names = active.split(/\s+/).filter((name) => name !== '')
  const assigned = new Map((await Promise.all(names.map((name) => readProfile(places, name, machine)))).flatMap((map) => [...map]))
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
