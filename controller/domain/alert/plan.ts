/**
 * inactive -> pending -> firing -> resolved, for each series of each rule. Pure: what is seen and the time come in, changes go out, and the
 * same again changes nothing.
 */
import type { Observation } from './inputs.ts'
import { alertId, type Labels } from './labels.ts'
import type { Alert, AlertChange, ResolveCause } from './model.ts'
import { type AlertRule, holds, isClear } from './rule.ts'
import { subjectOf } from './subject.ts'
import { textsFor } from './text.ts'

export interface AlertSettings {
  /** Times between two looks that are longer count for nothing: nobody knows what was then. */
  readonly longestGapMs: number
  /** How long a firing alert of which nothing is known stays. */
  readonly noDataMs: number
}

export const defaultAlertSettings: AlertSettings = { longestGapMs: 60_000, noDataMs: 3_600_000 }

export interface AlertsToPlan {
  readonly rules: readonly AlertRule[]
  readonly observe: (rule: AlertRule) => Observation
  readonly alerts: ReadonlyMap<string, Alert>
  readonly nowUnixMs: number
  /** Of the last look, also when it was before a restart; undefined: there was none. */
  readonly lookedUnixMs: number | undefined
  readonly settings?: AlertSettings
}

export const planAlerts = ({
  rules,
  observe,
  alerts,
  nowUnixMs,
  lookedUnixMs,
  settings = defaultAlertSettings,
}: AlertsToPlan): readonly AlertChange[] => {
  const changes: AlertChange[] = []
  const byRule = new Map<string, Alert[]>()
  for (const alert of alerts.values()) byRule.set(alert.rule, [...(byRule.get(alert.rule) ?? []), alert])
  const passedMs = nowUnixMs - (lookedUnixMs ?? nowUnixMs)
  // A clock that was set back or forward is a gap as well.
  const gapMs = passedMs > settings.longestGapMs || passedMs < 0 ? passedMs : 0
  const watched = rules.filter(({ enabled }) => enabled)
  for (const rule of watched) {
    const known = byRule.get(rule.name) ?? []
    byRule.delete(rule.name)
    changes.push(...planRule(rule, observe(rule), known, { nowUnixMs, gapMs, noDataMs: settings.noDataMs }))
  }
  for (const alert of [...byRule.values()].flat()) changes.push(...end(alert, 'rule-gone', nowUnixMs))
  return changes
}

interface Moment {
  readonly nowUnixMs: number
  readonly gapMs: number
  readonly noDataMs: number
}

const planRule = (
  rule: AlertRule,
  { samples, isUnknown }: Observation,
  known: readonly Alert[],
  moment: Moment,
): readonly AlertChange[] => {
  const left = new Map(known.map((alert) => [alert.id, alert]))
  const changes: AlertChange[] = []
  for (const { labels, value } of samples) {
    if (known.length === 0 && !holds(rule, value)) continue
    const all = { ...labels, ...rule.labels }
    const id = alertId(rule.name, all)
    const alert = left.get(id)
    left.delete(id)
    if (alert?.state === 'firing') changes.push(...planFiring(rule, alert, value, moment))
    else if (holds(rule, value)) changes.push(...planPending(rule, alert, { id, labels: all, value }, moment))
    else if (alert) changes.push({ kind: 'deleteAlert', id })
  }
  for (const alert of left.values()) {
    if (alert.state === 'pending') changes.push({ kind: 'deleteAlert', id: alert.id })
    else if (!isUnknown(alert.labels)) changes.push(...planClear(rule, alert, moment))
    else changes.push(...planUnknown(rule, alert, moment))
  }
  return changes
}

const planPending = (
  rule: AlertRule,
  alert: Alert | undefined,
  { id, labels, value }: { readonly id: string; readonly labels: Labels; readonly value: number },
  { nowUnixMs, gapMs }: Moment,
): readonly AlertChange[] => {
  const sinceUnixMs = alert === undefined ? nowUnixMs : Math.min(nowUnixMs, alert.sinceUnixMs + gapMs)
  const fires = nowUnixMs - sinceUnixMs >= rule.forMs
  if (alert !== undefined && !fires && sinceUnixMs === alert.sinceUnixMs) return []
  const next: Alert = {
    id,
    rule: rule.name,
    severity: rule.severity,
    labels,
    state: fires ? 'firing' : 'pending',
    sinceUnixMs,
    firedUnixMs: fires ? nowUnixMs : 0,
    value,
    clearSinceUnixMs: 0,
    noDataSinceUnixMs: 0,
    texts: textsFor(rule, subjectOf(rule.source)?.unit ?? 'count', labels, value),
  }
  return [{ kind: 'putAlert', alert: next }]
}

const planFiring = (rule: AlertRule, alert: Alert, value: number, moment: Moment): readonly AlertChange[] => {
  if (isClear(rule, value)) return planClear(rule, alert, moment)
  if (alert.clearSinceUnixMs === 0 && alert.noDataSinceUnixMs === 0 && alert.severity === rule.severity) return []
  return [{ kind: 'putAlert', alert: { ...alert, severity: rule.severity, clearSinceUnixMs: 0, noDataSinceUnixMs: 0 } }]
}

const planClear = (rule: AlertRule, alert: Alert, { nowUnixMs, gapMs }: Moment): readonly AlertChange[] => {
  const before = alert.clearSinceUnixMs
  const clearSinceUnixMs = before === 0 ? nowUnixMs : Math.min(nowUnixMs, before + gapMs)
  if (nowUnixMs - clearSinceUnixMs >= rule.keepFiringMs) return end(alert, 'cleared', nowUnixMs)
  if (clearSinceUnixMs === before && alert.noDataSinceUnixMs === 0) return []
  return [{ kind: 'putAlert', alert: { ...alert, clearSinceUnixMs, noDataSinceUnixMs: 0 } }]
}

const planUnknown = (rule: AlertRule, alert: Alert, { nowUnixMs, noDataMs }: Moment): readonly AlertChange[] => {
  if (rule.noData === 'resolve') return end(alert, 'no-data', nowUnixMs)
  const since = alert.noDataSinceUnixMs
  if (since === 0 || since > nowUnixMs)
    return [{ kind: 'putAlert', alert: { ...alert, noDataSinceUnixMs: nowUnixMs, clearSinceUnixMs: 0 } }]
  return nowUnixMs - since >= noDataMs ? end(alert, 'no-data', nowUnixMs) : []
}

/** A pending alert that ends was never told of and leaves no trace. */
const end = (alert: Alert, because: ResolveCause, resolvedUnixMs: number): readonly AlertChange[] => [
  { kind: 'deleteAlert', id: alert.id },
  ...(alert.state === 'firing' ? [{ kind: 'addResolvedAlert' as const, alert: { ...alert, resolvedUnixMs, because } }] : []),
]
