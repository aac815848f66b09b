/** What a profile says of one setting, in the forms that people write and in the one that is worked with. */
import { z } from 'zod'
import type { Comparison } from './profile.ts'
import { normalValue } from './value.ts'

type Scalar = string | number | boolean
interface About {
  readonly reason?: string | undefined
  readonly source?: string | undefined
}

/** A bare value means exactly that, or advice where nothing is ever changed; null takes an inherited setting out. */
export type WrittenSetting =
  | null
  | Scalar
  | ({ readonly value: Scalar } & About)
  | ({ readonly atLeast: Scalar } & About)
  | ({ readonly advise: Scalar } & About)

export interface WantedSetting {
  readonly comparison: Comparison
  readonly value: string
  /** Empty: not told. */
  readonly reason: string
  readonly source: string
}

const valueHint = 'expected a number, text, {value: …}, {atLeast: …} or {advise: …}, or null to leave out what was inherited'
const adviceHint = 'expected a value, {advise: …}, or null to leave out what was inherited'

const about = {
  reason: z.string().min(1).max(500).optional().describe('Why, in one sentence.'),
  source: z.string().min(1).max(500).optional().describe('Who says so, with an address where it has one.'),
}

/** A setting that is put in force. */
export const settable = (scalar: z.ZodType<Scalar>) =>
  z.union(
    [
      z.null(),
      scalar,
      z.strictObject({ value: scalar, ...about }),
      z.strictObject({ atLeast: scalar, ...about }),
      z.strictObject({ advise: scalar, ...about }),
    ],
    { error: valueHint },
  )

/** A setting that is only ever looked at. */
export const advisable = (scalar: z.ZodType<Scalar>) =>
  z.union([z.null(), scalar, z.strictObject({ advise: scalar, ...about })], { error: adviceHint })

const textOf = (value: Scalar): string => {
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  return normalValue(String(value))
}

/** `bare` is what a value without a word before it means. Pure. */
export const wantedFrom = (written: WrittenSetting, bare: Comparison): WantedSetting | null => {
  if (written === null) return null
  if (typeof written !== 'object') return { comparison: bare, value: textOf(written), reason: '', source: '' }
  const { reason = '', source = '' } = written
  if ('value' in written) return { comparison: 'exact', value: textOf(written.value), reason, source }
  if ('atLeast' in written) return { comparison: 'at-least', value: textOf(written.atLeast), reason, source }
  return { comparison: 'advise', value: textOf(written.advise), reason, source }
}
