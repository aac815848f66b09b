/** Taints keep replicas off hosts unless their deployment tolerates them. Words and meaning are those of Kubernetes. Pure. */
import { didYouMean } from '../../../shared/config/did-you-mean.ts'
import { labelKeyPattern } from '../spec/fields.ts'

export const taintEffects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const
/** NoSchedule: no new replica. PreferNoSchedule: only where nothing else fits. NoExecute: those that run there move away, too. */
export type TaintEffect = (typeof taintEffects)[number]

export interface Taint {
  readonly key: string
  /** May be empty. */
  readonly value: string
  readonly effect: TaintEffect
}

export interface Toleration {
  /** Absent: every key. */
  readonly key?: string | undefined
  readonly operator: 'Equal' | 'Exists'
  readonly value?: string | undefined
  /** Absent: every effect. */
  readonly effect?: TaintEffect | undefined
}

/** As people write it: `dedicated=search:NoSchedule`. */
export const formatTaint = ({ key, value, effect }: Taint): string => `${key}${value === '' ? '' : `=${value}`}:${effect}`

const covers = (toleration: Toleration, taint: Taint): boolean =>
  (toleration.effect === undefined || toleration.effect === taint.effect) &&
  (toleration.key === undefined || toleration.key === taint.key) &&
  (toleration.operator === 'Exists' || (toleration.value ?? '') === taint.value)

export const isTolerated = (taint: Taint, tolerations: readonly Toleration[]): boolean =>
  tolerations.some((toleration) => covers(toleration, taint))

/** The first that keeps a new replica away. */
export const repellingTaint = (taints: readonly Taint[] | undefined, tolerations: readonly Toleration[]): Taint | undefined =>
  taints?.find((taint) => taint.effect !== 'PreferNoSchedule' && !isTolerated(taint, tolerations))

/** The first that makes a running replica leave. */
export const evictingTaint = (taints: readonly Taint[] | undefined, tolerations: readonly Toleration[]): Taint | undefined =>
  taints?.find((taint) => taint.effect === 'NoExecute' && !isTolerated(taint, tolerations))

export const unwelcome = (taints: readonly Taint[] | undefined, tolerations: readonly Toleration[]): number =>
  taints?.filter((taint) => taint.effect === 'PreferNoSchedule' && !isTolerated(taint, tolerations)).length ?? 0

/** All of them, one for each key and effect; earlier lists win. */
export const mergedTaints = (...lists: readonly (readonly Taint[])[]): readonly Taint[] => {
  const merged = new Map<string, Taint>()
  for (const taint of lists.flat()) {
    const id = `${taint.key}:${taint.effect}`
    if (!merged.has(id)) merged.set(id, taint)
  }
  return [...merged.values()]
}

/** Which taints to take off; no effect: all of the key. */
export interface TaintPattern {
  readonly key: string
  readonly effect?: TaintEffect | undefined
}

export type TaintWord = { readonly kind: 'put'; readonly taint: Taint } | { readonly kind: 'remove'; readonly pattern: TaintPattern }

/** Whether a word of a command line is meant as a taint rather than as the name of a host. */
export const looksLikeTaint = (word: string): boolean => /[:=]/.test(word) || word.endsWith('-')

const isEffect = (word: string): word is TaintEffect => taintEffects.some((effect) => effect === word)

/** `KEY[=VALUE]:EFFECT`, with `-` at the end to take it off; then the effect may be left out. A string says what is wrong. */
export const parseTaint = (word: string): TaintWord | string => {
  const removes = word.endsWith('-')
  const text = removes ? word.slice(0, -1) : word
  const colon = text.lastIndexOf(':')
  const before = colon < 0 ? text : text.slice(0, colon)
  const effect = colon < 0 ? undefined : text.slice(colon + 1)
  const [key = '', ...rest] = before.split('=')
  const value = rest.join('=')
  const wrong = (message: string): string => `taint "${word}": ${message}`
  if (!labelKeyPattern.test(key)) return wrong(`"${key}" is no key; expected letters, digits and . _ / -, such as dedicated`)
  if (effect !== undefined && !isEffect(effect)) {
    const near = didYouMean(effect, taintEffects)
    return wrong(`"${effect}" is no effect; expected ${taintEffects.join(', ')}${near === undefined ? '' : ` (did you mean ${near}?)`}`)
  }
  if (removes) return { kind: 'remove', pattern: { key, effect } }
  if (effect === undefined) return wrong(`it has no effect; expected such as ${before}:NoSchedule, or ${before}- to take it off`)
  if (value.length > 200) return wrong('the value is longer than 200 characters')
  return { kind: 'put', taint: { key, value, effect } }
}
