/** Annotations with `{{placeholders}}`, for people and for Prometheus. Pure. */
import { describeDuration } from '../../../shared/units/duration.ts'
import type { Labels } from './labels.ts'
import type { AlertText, AlertTexts } from './model.ts'
import type { AlertRule } from './rule.ts'
import type { Unit } from './signals/signal.ts'

const placeholder = /\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}/g

/** Beside the labels of a rule's series. */
export const figureNames = ['value', 'threshold', 'for', 'over'] as const

export const placeholdersOf = (template: string): readonly string[] => [...template.matchAll(placeholder)].map(([, name = '']) => name)

const round = (value: number): string => String(Number(value.toPrecision(3)))

const shown: Readonly<Record<Unit, (value: number) => string>> = {
  flag: String,
  count: round,
  ratio: (value) => `${round(value * 100)} %`,
  seconds: (value) => (value < 60 ? `${round(value)} s` : describeDuration(value * 1000)),
  milliseconds: (value) => `${Math.round(value)} ms`,
  days: (value) => (value < 0 ? '0 days' : `${round(value)} days`),
  bytes: (value) => (value < 1024 ** 3 ? `${round(value / 1024 ** 2)} MiB` : `${round(value / 1024 ** 3)} GiB`),
}

export const formatValue = (unit: Unit, value: number): string => shown[unit](value)

const fill = (template: string, words: Readonly<Record<string, string>>): string =>
  template.replaceAll(placeholder, (_all, name: string) => words[name] ?? '')

const each = (text: AlertText, of: (template: string) => string): AlertText => ({
  summary: of(text.summary),
  description: of(text.description),
  remedy: of(text.remedy),
})

const both = ({ en, zh }: AlertTexts, of: (template: string) => string): AlertTexts => ({ en: each(en, of), zh: zh && each(zh, of) })

/** What a rule says of one series. */
export const textsFor = (rule: AlertRule, unit: Unit, labels: Labels, value: number): AlertTexts => {
  const words = {
    ...labels,
    value: formatValue(unit, value),
    threshold: formatValue(unit, rule.threshold),
    for: describeDuration(rule.forMs),
    over: describeDuration(rule.overMs),
  }
  return both(rule.annotations, (template) => fill(template, words))
}

const promValue: Readonly<Partial<Record<Unit, string>>> = {
  ratio: '{{ $value | humanizePercentage }}',
  seconds: '{{ $value | humanizeDuration }}',
  milliseconds: '{{ $value | printf "%.0f" }} ms',
  days: '{{ $value | printf "%.1f" }} days',
  bytes: '{{ $value | humanize1024 }}B',
}

/** The same as a template of Prometheus. */
export const promText = (rule: AlertRule, unit: Unit, template: string): string =>
  template.replaceAll(placeholder, (_all, name: string) => {
    switch (name) {
      case 'value':
        return promValue[unit] ?? '{{ $value }}'
      case 'threshold':
        return formatValue(unit, rule.threshold)
      case 'for':
        return describeDuration(rule.forMs)
      case 'over':
        return describeDuration(rule.overMs)
      default:
        return `{{ $labels.${name} }}`
    }
  })
