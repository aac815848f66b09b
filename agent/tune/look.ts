import { join } from 'node:path'
import type { TuningProfile } from '../../shared/tuning/profile.ts'
import { type Held, type Holdings, targetId } from './change.ts'
import { withLimits } from './files/daemon-json.ts'
import { dropInText, type EngineLimits } from './files/drop-in.ts'
import { type FilePlan, planFiles, readText, type WantedFile } from './files/our-files.ts'
import { sysctlFileText } from './files/sysctl-file.ts'
import { type LiveAccesses, readLive } from './live/live.ts'
import { twinOf } from './live/twins.ts'
import { type Observers, observeAll } from './observers/observers.ts'
import { type Places, sysctlFile } from './places.ts'
import { type PlannedRow, planTuning, type Released, type TunePlan } from './plan.ts'

/** The host as the tuner works on it. */
export interface TunedHost {
  readonly places: Places
  readonly observers: Observers
  readonly accesses: LiveAccesses
  /** The container engine's unit, such as docker.service; empty when there is none that has one. */
  readonly engineUnit: string
}

/** What a host is like beside a profile, and what would be done about it. */
export interface Look {
  readonly profile: TuningProfile
  readonly plan: TunePlan
  readonly files: FilePlan
}

export interface LookInput {
  readonly holdings: Holdings
  /** As in PlanInput. */
  readonly refused: ReadonlyMap<string, string>
}

/** Looks at everything that a profile is about. Changes nothing. */
export const lookAt = async (
  host: TunedHost,
  profile: TuningProfile,
  { holdings, refused }: LookInput,
  signal: AbortSignal,
): Promise<Look> => {
  const { live: held, files: heldFiles } = holdings
  const observed = await observeAll(host.observers, profile.settings, signal)
  const wanted = new Set(profile.settings.flatMap(({ kind, key }) => [`${kind} ${key}`, `${kind} ${twinOf(key)}`]))
  const released = await readHeld(
    host,
    held.filter(({ kind, key }) => !wanted.has(`${kind} ${key}`)),
  )
  const plan = planTuning({ observed, held, released, refused })
  const wantedNow = wantedFiles(host, profile.name, plan.rows)
  const current = await readTexts([...wantedNow, ...heldFiles].map(({ path }) => path))
  return { profile, plan, files: planFiles(wantedNow, heldFiles, current) }
}

/** What the values that Hostler set are now. */
export const readHeld = ({ accesses }: TunedHost, held: readonly Held[]): Promise<readonly Released[]> =>
  Promise.all(held.map(async (one) => ({ held: one, reading: await readLive(accesses, one) })))

/** The texts of files by path; null for one that is not there. */
export const readTexts = async (paths: readonly string[]): Promise<ReadonlyMap<string, string | null>> =>
  new Map(await Promise.all([...new Set(paths)].map(async (path) => [path, await readText(path)] as const)))

/** What our files say for these rows, leaving out what the host refused. */
export const wantedFiles = (
  { places, engineUnit }: Pick<TunedHost, 'places' | 'engineUnit'>,
  profile: string,
  rows: readonly PlannedRow[],
  refused: ReadonlySet<string> = new Set(),
): readonly WantedFile[] => {
  const kept = rows.filter(({ persist }) => persist !== undefined)
  const defaults = kept.flatMap(({ observed: { setting } }) => (setting.kind === 'engine-limit' ? [setting] : []))
  const said = kept.flatMap(({ observed: { setting }, persist }) =>
    persist === undefined || refused.has(targetId({ kind: 'sysctl', key: setting.key, device: '' }))
      ? []
      : [{ ...setting, value: persist }],
  )
  const sysctls = said.filter(({ kind }) => kind === 'sysctl')
  const limits: EngineLimits = Object.fromEntries(said.filter(({ kind }) => kind === 'engine-limit').map(({ key, value }) => [key, value]))
  const files: WantedFile[] = [{ kind: 'sysctl.d', path: sysctlFile(places), text: () => sysctlFileText(profile, sysctls) }]
  if (engineUnit === '') return files
  return [
    ...files,
    { kind: 'unit-drop-in', path: dropInFile(places, engineUnit), text: () => dropInText(profile, limits) },
    { kind: 'daemon.json', path: daemonJsonFile(places), text: (theirs) => withLimits(theirs, defaults) },
  ]
}

export const dropInFile = ({ root }: Places, unit: string): string => join(root, '/etc/systemd/system', `${unit}.d`, 'zz-hostler.conf')
export const daemonJsonFile = ({ root }: Places): string => join(root, '/etc/docker/daemon.json')
