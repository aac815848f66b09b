import type { Setting, SettingKind } from '../../../shared/tuning/profile.ts'
import type { Observed } from '../observed.ts'

/** Looks at all settings of one kind. A thing that cannot be looked at is an observation too; never rejects for one. */
export type Observer = (settings: readonly Setting[], signal: AbortSignal) => Promise<readonly Observed[]>

/** One observer for each kind: a new kind does not compile until it can be looked at. */
export type Observers = { readonly [K in SettingKind]: Observer }

/** What is found about each setting, in their order. */
export const observeAll = async (observers: Observers, settings: readonly Setting[], signal: AbortSignal): Promise<readonly Observed[]> => {
  const kinds = [...new Set(settings.map(({ kind }) => kind))]
  const found = await Promise.all(
    kinds.map((kind) =>
      observers[kind](
        settings.filter((setting) => setting.kind === kind),
        signal,
      ),
    ),
  )
  const bySetting = new Map(found.flat().map((one) => [one.setting, one]))
  return settings.flatMap((setting) => bySetting.get(setting) ?? [])
}
