/** The single steps that free memory of a GPU: each strictly down, or strictly up, to a bound. Pure. */
import type { OomFigures } from '../patterns/pattern.ts'
import type { EngineKnobs, Knob } from './flags.ts'
import { flagIn, type LaunchWords } from './launch-words.ts'

/** One flag or variable. `from` is empty where it was not given. */
export interface Change {
  readonly target: 'flag' | 'env'
  readonly name: string
  readonly from: string
  readonly to: string
}

export interface MoveInput {
  readonly knobs: EngineKnobs
  readonly words: LaunchWords
  readonly figures: OomFigures
  readonly before: readonly Change[]
}

/** What it would change; nothing when it is at its bound, or would turn back what was changed before. */
export type Move = (input: MoveInput) => readonly Change[]

const bounds = { sequences: 1, tokens: 256, graphs: 1, length: 512, contextTokens: 512, fractionLeast: 0.5, fractionMost: 0.97 } as const
const fractionStep = 0.05

interface Setting {
  readonly name: string
  readonly given: string
  /** undefined: not given, and no default is known. */
  readonly value: number | undefined
}

const settingOf = (words: LaunchWords, { flags, assumed }: Knob): Setting => {
  const found = flagIn(words, flags)
  const number = Number(found?.value)
  const usable = found !== undefined && found.value !== '' && Number.isFinite(number)
  return { name: found?.flag ?? flags[0] ?? '', given: found?.value ?? '', value: usable ? number : found ? undefined : assumed }
}

const changed = ({ name, given }: Setting, to: number | string): readonly Change[] => [
  { target: 'flag', name, from: given, to: String(to) },
]

/** Which way a flag went before: engines must not be sent back and forth. */
const wentUp = (before: readonly Change[], name: string, assumed: number | undefined): boolean | undefined => {
  const last = before.findLast((change) => change.name === name)
  const from = last?.from === '' ? assumed : Number(last?.from)
  return last === undefined || from === undefined ? undefined : Number(last.to) > from
}

/** Half of it; `given`: only where the launch names it. */
export const halved =
  (which: 'sequences' | 'graphs' | 'tokens', when: 'always' | 'given' = 'always'): Move =>
  ({ knobs, words, figures }) => {
    const knob = knobs[which]
    if (!knob) return []
    const setting = settingOf(words, knob)
    if (when === 'given' && setting.given === '') return []
    const value = setting.given === '' && which === 'sequences' ? (figures.sequences ?? setting.value) : setting.value
    const to = Math.floor((value ?? 0) / 2)
    return to < bounds[which] ? [] : changed(setting, to)
  }

const fraction = (value: number): number => Math.round(value * 100) / 100

export const fractionDown: Move = ({ knobs, words, before }) => {
  if (!knobs.fraction) return []
  const setting = settingOf(words, knobs.fraction)
  const to = fraction((setting.value ?? 0) - fractionStep)
  return to < bounds.fractionLeast || wentUp(before, setting.name, knobs.fraction.assumed) === true ? [] : changed(setting, to)
}

export const fractionUp: Move = ({ knobs, words, before }) => {
  if (!knobs.fraction) return []
  const setting = settingOf(words, knobs.fraction)
  if (setting.value === undefined || wentUp(before, setting.name, knobs.fraction.assumed) === false) return []
  const to = Math.min(bounds.fractionMost, fraction(setting.value + fractionStep))
  return to <= setting.value ? [] : changed(setting, to)
}

/** Down to what is really free, with a hundredth to spare. */
export const fractionTo =
  (free: number): Move =>
  ({ knobs, words, figures, before }) => {
    if (!knobs.fraction) return []
    const setting = settingOf(words, knobs.fraction)
    const now = setting.value ?? figures.utilization
    const to = fraction(Math.floor((free - 0.01) * 100) / 100)
    return now === undefined || to >= now || to < bounds.fractionLeast || wentUp(before, setting.name, knobs.fraction.assumed) === true
      ? []
      : changed(setting, to)
  }

const lengthGranularity = 256

/** To the length that the engine says is possible, or that its figures allow; else half. */
export const lengthDown: Move = ({ knobs, words, figures }) => {
  const setting = settingOf(words, knobs.length)
  const now = setting.value ?? figures.maxModelLen
  if (now === undefined) return []
  const { kvNeededMiB, kvAvailableMiB, possibleModelLen } = figures
  const byFigures =
    kvNeededMiB !== undefined && kvAvailableMiB !== undefined && kvNeededMiB > 0 ? (now * kvAvailableMiB) / kvNeededMiB : undefined
  const possible = possibleModelLen ?? byFigures ?? now / 2
  const rounded = possible >= lengthGranularity ? Math.floor(possible / lengthGranularity) * lengthGranularity : Math.floor(possible)
  return rounded < bounds.length || rounded >= now ? [] : changed(setting, rounded)
}

/** llama.cpp divides its context among its slots: half the slots with half the context leaves each slot what it had. */
export const contextDown: Move = ({ knobs, words }) => {
  const slots = settingOf(words, knobs.sequences)
  const context = settingOf(words, knobs.length)
  const halfContext = Math.floor((context.value ?? 0) / 2)
  const halfSlots = Math.floor((slots.value ?? 1) / 2)
  if (halfSlots >= 1) {
    const alongside = context.value !== undefined && halfContext >= bounds.contextTokens ? changed(context, halfContext) : []
    return [...changed(slots, halfSlots), ...alongside]
  }
  // Without the flag, or with 0, it takes the length that the model was made for.
  if (context.given === '' || context.value === 0) return changed({ ...context, given: '' }, 8_192)
  return halfContext < bounds.contextTokens ? [] : changed(context, halfContext)
}

const defaultVariable = 'PYTORCH_CUDA_ALLOC_CONF'
const largeMiB = 512

/** Memory that PyTorch has and cannot use because it is in pieces: the allocator is told to take segments that grow. */
export const segments: Move = ({ words, figures, before }) => {
  const { reservedUnallocatedMiB, triedMiB, allocatorVariable } = figures
  if (reservedUnallocatedMiB === undefined || reservedUnallocatedMiB < Math.max(largeMiB, triedMiB ?? 0)) return []
  const name = allocatorVariable ?? defaultVariable
  const from = words.env[name] ?? ''
  const set = [...Object.values(words.env), ...before.map(({ to }) => to)].some((value) => value.includes('expandable_segments'))
  // vLLM's sleep mode has an allocator of its own that cannot do this.
  if (set || [...words.command, ...words.args].includes('--enable-sleep-mode')) return []
  return [{ target: 'env', name, from, to: from === '' ? 'expandable_segments:True' : `${from},expandable_segments:True` }]
}
