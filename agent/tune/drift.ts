/** What a look at a tuned host comes to. Pure. */
import type { TuningProfile } from '../../shared/tuning/profile.ts'
import { type TuningStatus, untuned } from '../../shared/tuning/status.ts'
import type { Outcome } from './apply.ts'
import { type Holdings, targetId } from './change.ts'
import type { Look } from './look.ts'
import { differingKeys } from './rows.ts'

/** A value, or a file of ours, that is not any more as Hostler left it. */
export interface Drift {
  /** Of files: the path. */
  readonly key: string
  /** As Hostler left it. */
  readonly from: string
  /** As it was found. */
  readonly to: string
  readonly mended: boolean
}

export const hasDrifted = ({ plan, files }: Look): boolean => plan.live.length > 0 || files.changes.length > 0

/** What Hostler holds and finds changed; what it never could set, as on a read-only /proc/sys, is no drift. `root` is taken off the paths of files. */
export const driftsOf = ({ profile, plan, files }: Look, { live, files: heldFiles }: Holdings, root: string): readonly Drift[] => {
  const mended = profile.onDrift === 'mend'
  const held = new Map(live.map((one) => [targetId(one), one]))
  const changed = files.changes.filter(({ path }) => heldFiles.some((one) => one.path === path))
  return [
    ...plan.live.flatMap((change): readonly Drift[] => {
      const ours = held.get(targetId(change))?.ours
      return ours === undefined || change.implied ? [] : [{ key: change.key, from: ours, to: change.from, mended }]
    }),
    ...changed.map(({ path, from }) => ({
      key: path.slice(root.length),
      from: 'as Hostler wrote it',
      to: from === null ? 'removed' : 'changed',
      mended,
    })),
  ]
}

/** Of a host that was looked at and left as it is. */
export const statusAfterLook = (look: Look, checkedUnixMs: number): TuningStatus => {
  const { name, digest } = look.profile
  const differing = differingKeys(look.plan.rows)
  const state = differing.length === 0 && !hasDrifted(look) ? 'applied' : hasDrifted(look) ? 'drifted' : 'partial'
  const message = differing.length === 0 ? '' : `these do not hold: ${differing.join(', ')}; "hostler tune status" says why`
  return { profile: name, digest, state, differing, message, checkedUnixMs }
}

export const statusAfterApply = (
  { name, digest }: TuningProfile,
  { differing, message }: Outcome,
  checkedUnixMs: number,
): TuningStatus => ({
  profile: name,
  digest,
  state: differing.length === 0 ? 'applied' : 'partial',
  differing,
  message,
  checkedUnixMs,
})

export const declinedStatus = ({ name, digest }: TuningProfile, checkedUnixMs: number): TuningStatus => ({
  ...untuned,
  profile: name,
  digest,
  message: 'reverted by hand; "hostler tune apply" tunes it again',
  checkedUnixMs,
})

export const failedStatus = (profile: TuningProfile | undefined, message: string, checkedUnixMs: number): TuningStatus => ({
  profile: profile?.name ?? '',
  digest: profile?.digest ?? '',
  state: 'failed',
  differing: [],
  message,
  checkedUnixMs,
})
