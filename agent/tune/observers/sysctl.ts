import type { Setting } from '../../../shared/tuning/profile.ts'
import { meets } from '../../../shared/tuning/value.ts'
import type { LiveAccess, Reading } from '../live/live.ts'
import { twinOf } from '../live/twins.ts'
import { type Observed, type Owner, observed, type PersistedValue } from '../observed.ts'
import { type PersistedSysctls, readPersisted } from '../persisted.ts'
import { type Places, sysctlFile } from '../places.ts'
import { saidOf } from '../sysctl-conf.ts'
import type { OwnersOf } from '../tuned-daemon.ts'
import type { Observer } from './observers.ts'

export interface SysctlObserverOptions {
  readonly places: Places
  readonly access: LiveAccess
  /** Who else sets this key, besides files. */
  readonly owners: () => Promise<OwnersOf>
  /** What containers see of these keys, and whether anything makes use of them. */
  readonly surroundings: (keys: readonly string[]) => Promise<(key: string) => Partial<Observed>>
}

export const sysctlObserver =
  ({ places, access, owners, surroundings }: SysctlObserverOptions): Observer =>
  async (settings) => {
    const keys = settings.map(({ key }) => key)
    const [said, ownersOf, around] = await Promise.all([readPersisted(places), owners(), surroundings(keys)])
    return Promise.all(
      settings.map(async (setting) => {
        const reading = await access.read(setting.key, '')
        const persisted = persistedOf(setting.key, said, places)
        const later = laterFile(persisted)
        const twin = twinOf(setting.key)
        const other = twin === undefined ? undefined : await access.read(twin, '')
        const inside = withHostValue(around(setting.key), reading)
        return observed(setting, [{ device: '', reading }], {
          persisted,
          owners: [...ownersOf(setting), ...(later ? [fileOwner(later)] : [])],
          displaces: twin !== undefined && other?.state === 'value' && other.value !== '0' ? { key: twin, value: other.value } : undefined,
          ...inside,
          note: [containerNote(setting, inside), dormantNote(setting, said)].filter((note) => note !== '').join('; '),
        })
      }),
    )
  }

/** A container that shares the host's namespace sees the host's value. */
const withHostValue = (around: Partial<Observed>, reading: Reading): Partial<Observed> => {
  const host = reading.state === 'value' ? reading.value : null
  return { ...around, containers: (around.containers ?? []).map((one) => (one.own ? one : { ...one, value: host })) }
}

/** What is set on the host does not reach a container with a namespace of its own; only its next start does. */
const containerNote = (setting: Setting, { containers = [] }: Partial<Observed>): string => {
  const behind = containers.flatMap(({ replicaId, value, own }) =>
    own && value !== null && !meets(setting, value) ? [`${replicaId} ("${value}")`] : [],
  )
  if (behind.length === 0) return ''
  return `these have a namespace of their own and another value in it until they are started again: ${behind.join(', ')}`
}

const persistedOf = (key: string, { assignments }: PersistedSysctls, places: Places): readonly PersistedValue[] => {
  const ours = sysctlFile(places).slice(places.root.length)
  const { assignments: found, winner } = saidOf(key, assignments)
  return found.map(({ file, line, value }) => ({
    file,
    line,
    value,
    wins: file === winner?.file && line === winner.line,
    ours: file === ours,
  }))
}

/** The file that wins over ours at boot; where we wrote nothing yet, one that sorts after it. */
const laterFile = (persisted: readonly PersistedValue[]): PersistedValue | undefined => {
  const winner = persisted.find(({ wins }) => wins)
  if (!winner || winner.ours) return undefined
  const name = winner.file.slice(winner.file.lastIndexOf('/') + 1)
  return winner.file === '/etc/sysctl.conf' || name > 'zz-hostler.conf' ? winner : undefined
}

const fileOwner = ({ file, line, value }: PersistedValue): Owner => ({
  with: file,
  value,
  message: `${file}:${line} sets it to "${value}" at boot, after Hostler's own file; it is left alone`,
  remedy: `take line ${line} out of ${file}, or set the same value there, then run "hostler tune apply"`,
})

/** A line that nothing reads at boot still surprises whoever runs sysctl by hand. */
const dormantNote = (setting: Setting, { dormant }: PersistedSysctls): string => {
  const line = dormant.filter(({ key }) => key === setting.key).at(-1)
  if (line?.value === undefined || meets(setting, line.value)) return ''
  return `${line.file}:${line.line} says "${line.value}": nothing reads that file at boot here, but "sysctl --system" and "sysctl -p" would`
}
