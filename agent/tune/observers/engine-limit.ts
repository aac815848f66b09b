import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../../../shared/errors/hostler-error.ts'
import type { Setting } from '../../../shared/tuning/profile.ts'
import { meets } from '../../../shared/tuning/value.ts'
import { limitsInDaemonJson, readDaemonJson } from '../files/daemon-json.ts'
import { type EngineLimits, limitsInUnit } from '../files/drop-in.ts'
import { readText } from '../files/our-files.ts'
import type { Reading } from '../live/live.ts'
import { daemonJsonFile, dropInFile } from '../look.ts'
import { type Observed, observed, type PersistedValue } from '../observed.ts'
import type { Places } from '../places.ts'
import type { Observer } from './observers.ts'

/** What is known about the container engine. */
export interface EngineFacts {
  /** Such as docker.service; empty: it has none. */
  readonly unit: string
  /** Of the daemon; undefined: it does not run, or was not found. */
  readonly pid: number | undefined
  /** Whether it can give containers an unlimited memlock limit, and how that is known. */
  readonly memlock: { readonly grantable: boolean; readonly evidence: string }
}

const names: Readonly<Record<string, string>> = { memlock: 'Max locked memory', nofile: 'Max open files' }

/** The hard limit of a process, from /proc/PID/limits. Pure. */
export const hardLimit = (limits: string, key: string): string | undefined => {
  const name = names[key]
  return name === undefined ? undefined : new RegExp(`^${name}\\s+\\S+\\s+(\\S+)`, 'm').exec(limits)?.[1]
}

/** Limits of the engine and of the containers that it starts, which are read when it starts. It is never restarted for them. */
export const engineLimitObserver =
  (places: Places, engine: () => Promise<EngineFacts>): Observer =>
  async (settings) => {
    const facts = await engine()
    if (facts.unit !== 'docker.service')
      return settings.map((setting) =>
        observed(setting, [], {
          note: facts.unit === '' ? 'no container engine with a unit of its own was found' : `the limits of ${facts.unit} are left to you`,
        }),
      )
    const limits = facts.pid === undefined ? '' : await readFile(join(places.proc, String(facts.pid), 'limits'), 'utf8').catch(() => '')
    const flags = facts.pid === undefined ? '' : await readFile(join(places.proc, String(facts.pid), 'cmdline'), 'utf8').catch(() => '')
    const unit = limitsInUnit((await readText(dropInFile(places, facts.unit)).catch(() => null)) ?? '')
    const config = readDaemonJson(await readText(daemonJsonFile(places)).catch((error) => messageOf(error)))
    return settings.map((setting) => {
      const hard = hardLimit(limits, setting.key)
      const reading: Reading = hard === undefined ? { state: 'unreadable', why: whyUnknown(facts) } : { state: 'value', value: hard }
      return observed(setting, [{ device: '', reading }], {
        persisted: persistedOf(setting.key, unit, typeof config === 'string' ? {} : limitsInDaemonJson(config), facts.unit),
        obstacle: obstacleTo(setting, facts, config, flags),
        note: noteOn(setting, reading),
      } satisfies Partial<Observed>)
    })
  }

/** Without them nobody knows whether ours would be higher or lower than what the unit gives the engine. */
const whyUnknown = ({ pid }: EngineFacts): string =>
  pid === undefined
    ? 'the container engine does not run, so its limits cannot be looked at; they are set once it does'
    : `the limits of process ${pid} cannot be read`

const persistedOf = (key: string, unit: EngineLimits, daemon: EngineLimits, name: string): readonly PersistedValue[] => {
  const limit = key as keyof EngineLimits
  return [[`/etc/systemd/system/${name}.d/zz-hostler.conf`, unit[limit]] as const, ['/etc/docker/daemon.json', daemon[limit]] as const].map(
    ([file, value]) => ({ file, line: 0, value: value ?? '', wins: value !== undefined, ours: value !== undefined }),
  )
}

/** A limit that cannot be granted keeps every container from starting, and a setting named twice keeps the daemon from it. */
const obstacleTo = (setting: Setting, facts: EngineFacts, config: object | string, flags: string): string => {
  if (typeof config === 'string') return `/etc/docker/daemon.json is left alone: ${config}; correct it, then run "hostler tune apply"`
  if (flags.includes('--default-ulimit'))
    return 'the Docker daemon is started with --default-ulimit; it does not start with the same in daemon.json, so both are left alone'
  if (setting.key === 'memlock' && !facts.memlock.grantable)
    return `containers could not be given this limit: ${facts.memlock.evidence}; with it as a default no container would start, so it is left out`
  return ''
}

const noteOn = (setting: Setting, reading: Reading): string =>
  reading.state === 'value' && meets(setting, reading.value)
    ? ''
    : 'holds once the engine is started again ("systemctl daemon-reload && systemctl restart docker"), which stops or disturbs its containers and is left to you'
