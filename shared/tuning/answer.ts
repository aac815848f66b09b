/** What a host answers to `hostler tune plan|apply|status|revert`. A document: it travels, is printed and is given to scripts in this shape. */
import { z } from 'zod'
import { comparisons, settingKinds } from './profile.ts'
import { tuningStates } from './status.ts'

export const tuneActions = ['plan', 'apply', 'status', 'revert'] as const
export type TuneAction = (typeof tuneActions)[number]

const persisted = z.strictObject({
  file: z.string(),
  line: z.int().describe('From 1; 0 where the file has no lines.'),
  value: z.string(),
  wins: z.boolean().describe('Whether this one holds after the next boot.'),
})

const inContainer = z.strictObject({
  replicaId: z.string(),
  value: z.string().nullable().describe('null: it could not be read.'),
  own: z.boolean().describe("Whether the container has a namespace of its own for it; the host's value holds otherwise."),
})

/** What a setting was found to be, and what was or would be done. */
export const tuneRow = z.strictObject({
  kind: z.enum(settingKinds),
  key: z.string(),
  comparison: z.enum(comparisons),
  wanted: z.string(),
  live: z.string().nullable().describe('null: it could not be read; message says why.'),
  persisted: z.array(persisted),
  containers: z.array(inContainer),
  used: z.enum(['used', 'unused', 'unknown']).describe('Whether anything on the host makes use of it, such as a socket with that backlog.'),
  usedBy: z.string().describe('What does, or why nothing does.'),
  state: z.enum(['holds', 'differs', 'absent', 'unreadable', 'advice']).describe('absent: this kernel or machine has no such thing.'),
  step: z.enum(['none', 'set', 'persist', 'set-and-persist', 'restore', 'left', 'conflict', 'failed']),
  before: z.string().nullable().describe('Before Hostler touched it, from the journal; null when it never did.'),
  message: z.string(),
  reason: z.string(),
  source: z.string(),
})

const conflict = z.strictObject({
  with: z.string().describe('Such as tuned, or a file.'),
  keys: z.array(z.string()),
  message: z.string(),
  remedy: z.string(),
})

export const tuneAnswer = z.strictObject({
  action: z.enum(tuneActions),
  profile: z.string(),
  atUnixMs: z.int(),
  state: z.enum(tuningStates),
  message: z.string(),
  rows: z.array(tuneRow),
  conflicts: z.array(conflict),
})

export type TuneRow = z.output<typeof tuneRow>
export type TuneConflict = z.output<typeof conflict>
export type TuneAnswer = z.output<typeof tuneAnswer>
