/** What a transaction changes on a host, in the form in which the journal keeps it. */
import { z } from 'zod'
import { comparisons, driftPolicies, settingKinds } from '../../shared/tuning/profile.ts'

/** Settings with a value that can be set while the host runs. */
export const liveKinds = ['sysctl', 'transparent-huge-pages', 'cpu-governor', 'nvidia-persistence', 'nic-ring'] as const
export type LiveKind = (typeof liveKinds)[number]

const target = {
  kind: z.enum(liveKinds),
  key: z.string(),
  /** `cpu3`, `eth0`; empty where there is only one. */
  device: z.string(),
}

const liveChange = z.strictObject({
  ...target,
  from: z.string(),
  to: z.string(),
  /** The kernel does it by itself when the change before it is made; it is only looked at, and given back like any other. */
  implied: z.literal(true).optional(),
})
const held = z.strictObject({ ...target, before: z.string(), ours: z.string() })

export const fileKinds = ['sysctl.d', 'unit-drop-in', 'daemon.json'] as const
export type FileKind = (typeof fileKinds)[number]

export const tuningProfile = z.strictObject({
  name: z.string(),
  digest: z.string(),
  onDrift: z.enum(driftPolicies),
  settings: z
    .array(
      z.strictObject({
        kind: z.enum(settingKinds),
        key: z.string(),
        comparison: z.enum(comparisons),
        value: z.string(),
        reason: z.string(),
        source: z.string(),
      }),
    )
    .readonly(),
})

/** null: no file. */
const text = z.string().nullable()
const fileChange = z.strictObject({ kind: z.enum(fileKinds), path: z.string(), from: text, to: text })
const heldFile = z.strictObject({ kind: z.enum(fileKinds), path: z.string(), before: text, ours: z.string() })

export const transaction = z.strictObject({
  /** A crash in the middle of apply is undone, one in the middle of revert is finished. */
  kind: z.enum(['apply', 'revert']),
  startedUnixMs: z.int(),
  /** That holds when it is done; empty: none. */
  profile: z.string(),
  /** As in the journal. */
  byHand: tuningProfile.nullable(),
  declined: z.string(),
  bootId: z.string(),
  files: z.array(fileChange).readonly(),
  live: z.array(liveChange).readonly(),
})

export const holdings = z.strictObject({
  /** Live values that Hostler set, and what was there before. */
  live: z.array(held).readonly(),
  files: z.array(heldFile).readonly(),
})

export type LiveTarget = { readonly kind: LiveKind; readonly key: string; readonly device: string }
export type LiveChange = z.output<typeof liveChange>
export type FileChange = z.output<typeof fileChange>
export type Held = z.output<typeof held>
export type HeldFile = z.output<typeof heldFile>
export type Transaction = z.output<typeof transaction>
export type Holdings = z.output<typeof holdings>

export const targetId = ({ kind, key, device }: LiveTarget): string => `${kind} ${key} ${device}`
