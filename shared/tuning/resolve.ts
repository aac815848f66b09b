/** Turns profiles that inherit into one flat profile. Pure. */
import { createHash } from 'node:crypto'
import { didYouMean } from '../config/did-you-mean.ts'
import type { TuningProfileDocument } from './document.ts'
import type { DriftPolicy, Setting, SettingKind, TuningProfile } from './profile.ts'
import { settingId } from './value.ts'
import { type WantedSetting, type WrittenSetting, wantedFrom } from './wanted.ts'

/** Something wrong with a profile, at a field of the document that is named. */
export interface ProfileProblem {
  readonly profile: string
  readonly path: readonly PropertyKey[]
  readonly message: string
}

export type ResolvedProfile =
  | { readonly ok: true; readonly profile: TuningProfile }
  | { readonly ok: false; readonly problems: readonly ProfileProblem[] }

/** Of the settings' kinds, keys, comparisons and values, in any order; reasons and sources do not count. Lower-case hex. */
export const profileDigest = (settings: readonly Setting[]): string => {
  const lines = settings.map(({ kind, key, comparison, value }) => JSON.stringify([kind, key, comparison, value])).sort()
  return createHash('sha256').update(lines.join('\n')).digest('hex')
}

/** A setting, or null: what was inherited is left out. */
type Wish = readonly [kind: SettingKind, key: string, wanted: WantedSetting | null]

const onlyAdvised: ReadonlySet<SettingKind> = new Set(['nic-check', 'filesystem'])

const wishesOf = (document: TuningProfileDocument): readonly Wish[] => {
  const section = (kind: SettingKind, written: Readonly<Record<string, WrittenSetting | undefined>>): readonly Wish[] =>
    Object.entries(written).flatMap(([key, setting]): readonly Wish[] =>
      setting === undefined ? [] : [[kind, key, wantedFrom(setting, onlyAdvised.has(kind) ? 'advise' : 'exact')]],
    )
  const { transparentHugePages, cpuGovernor, engineLimits, nvidiaPersistence, nicRing, nicChecks, filesystem } = document
  return [
    ...section('sysctl', document.sysctl),
    ...section('transparent-huge-pages', transparentHugePages),
    ...section('cpu-governor', { scaling_governor: cpuGovernor }),
    ...section('engine-limit', engineLimits),
    ...section('nvidia-persistence', { mode: nvidiaPersistence }),
    ...section('nic-ring', nicRing),
    ...section('nic-check', nicChecks),
    ...section('filesystem', { type: filesystem }),
  ]
}

interface Layer {
  readonly settings: ReadonlyMap<string, Setting>
  readonly onDrift: DriftPolicy | undefined
}

const emptyLayer: Layer = { settings: new Map(), onDrift: undefined }

const over = (below: Layer, above: Layer): Layer => ({
  settings: new Map([...below.settings, ...above.settings]),
  onDrift: above.onDrift ?? below.onDrift,
})

const withOwn = (below: Layer, document: TuningProfileDocument): Layer => {
  const settings = new Map(below.settings)
  for (const [kind, key, wanted] of wishesOf(document)) {
    const id = settingId({ kind, key })
    if (wanted === null) settings.delete(id)
    else {
      settings.set(id, { kind, key, ...wanted, source: wanted.source || `the profile ${document.name}` })
    }
  }
  return { settings, onDrift: document.onDrift ?? below.onDrift }
}

/** A field of `inherits` as it was most likely written: one name, or the place in a list. */
const placeOf = (document: TuningProfileDocument, index: number): readonly PropertyKey[] =>
  document.inherits.length === 1 ? ['inherits'] : ['inherits', index]

/**
 * The profile of this name with everything that it inherits, nearest first. `documents` are all there are, built-in ones included.
 * Unknown parents and circles are problems of the documents that name them.
 */
export const resolveProfile = (name: string, documents: ReadonlyMap<string, TuningProfileDocument>): ResolvedProfile => {
  const problems: ProfileProblem[] = []
  const done = new Map<string, Layer>()

  const layerOf = (document: TuningProfileDocument, way: readonly string[]): Layer => {
    const known = done.get(document.name)
    if (known) return known
    const inherited = document.inherits.reduce((below, parent, index) => {
      const path = placeOf(document, index)
      const at = way.indexOf(parent)
      const found = documents.get(parent)
      if (at >= 0) {
        const circle = [...way.slice(at), parent].join(' inherits ')
        problems.push({ profile: document.name, path, message: `a profile cannot inherit itself: ${circle}; take one of these out` })
      } else if (found) return over(below, layerOf(found, [...way, parent]))
      else problems.push({ profile: document.name, path, message: unknownProfile(parent, documents) })
      return below
    }, emptyLayer)
    const layer = withOwn(inherited, document)
    done.set(document.name, layer)
    return layer
  }

  const start = documents.get(name)
  if (!start) return { ok: false, problems: [{ profile: name, path: [], message: unknownProfile(name, documents) }] }
  const { settings, onDrift } = layerOf(start, [name])
  if (problems.length > 0) return { ok: false, problems }
  const list = [...settings.values()]
  return { ok: true, profile: { name, digest: profileDigest(list), onDrift: onDrift ?? 'mend', settings: list } }
}

const unknownProfile = (name: string, documents: ReadonlyMap<string, TuningProfileDocument>): string => {
  const names = [...documents.keys()]
  const near = didYouMean(name, names)
  const hint = near ? `did you mean ${near}?` : `there are: ${names.join(', ') || 'none'}`
  return `there is no tuning profile "${name}"; ${hint}`
}
