import type { AlertInputs, Observation } from '../domain/alert/inputs.ts'
import { alertId } from '../domain/alert/labels.ts'
import type { Alert, AlertChange, ResolvedAlert } from '../domain/alert/model.ts'
import { isMuted, muteOf } from '../domain/alert/mute.ts'
import { planNotices } from '../domain/alert/notices.ts'
import { observe } from '../domain/alert/observe.ts'
import { planAlerts } from '../domain/alert/plan.ts'
import type { AlertReceiver } from '../domain/alert/receiver-schema.ts'
import type { AlertRule } from '../domain/alert/rule.ts'
import type { Change } from '../domain/model.ts'
import { alertEvents } from './alert-events.ts'
import type { UseCaseContext } from './context.ts'

export interface AlertsOptions {
  readonly context: UseCaseContext
  readonly rules: () => ReadonlyMap<string, AlertRule>
  readonly receivers: () => ReadonlyMap<string, AlertReceiver>
  readonly inputs: () => AlertInputs
}

/** Up to when alerts were looked at is written this often, for the restart that may come. */
const writeLookedMs = 30_000
/** Ends of alerts are remembered for the notices that tell of them. */
const mostEnds = 10_000

/** Looks at all rules, and stores in one step what became of alerts, what people read of it and what receivers are to be told. */
export class Alerts {
  readonly #options: AlertsOptions
  #lookedUnixMs: number | undefined
  /** As last seen, by alert. */
  #values: ReadonlyMap<string, number> = new Map()
  readonly #ends = new Map<string, number>()

  /** @param ended the newest alerts that are over */
  constructor(options: AlertsOptions, ended: readonly ResolvedAlert[] = []) {
    this.#options = options
    for (const { id, resolvedUnixMs } of ended.toReversed()) this.#ends.set(id, resolvedUnixMs)
  }

  value(id: string): number | undefined {
    return this.#values.get(id)
  }

  /** One look. Throws STORE_FULL, STORE_FAILED; nothing was changed then, and the next look sees the same. */
  async look(): Promise<void> {
    const { context, rules: rulesNow, receivers, inputs: inputsNow } = this.#options
    const { ledger } = context
    const rules = rulesNow()
    const inputs = inputsNow()
    const { nowUnixMs } = inputs
    const result = await ledger.transact(({ alerting }) => {
      const { alerts, groups, silences, waiting } = alerting
      const active = new Set([...alerts.values()].map(({ rule }) => rule))
      const values = new Map<string, number>()
      const planned = planAlerts({
        rules: [...rules.values()],
        observe: (rule) => noting(rule, observe(inputs, rule), active.has(rule.name) ? values : undefined),
        alerts,
        nowUnixMs,
        lookedUnixMs: this.#lookedUnixMs ?? alerting.lookedUnixMs,
      })
      const after = alertsAfter(alerts, planned)
      const ends = new Map(planned.flatMap((change) => (change.kind === 'addResolvedAlert' ? [[change.alert.id, nowUnixMs] as const] : [])))
      const mute = muteOf(after, rules, silences.values(), nowUnixMs)
      const told = planNotices({
        receivers: receivers(),
        alerts: after,
        isMuted: (alert) => isMuted(mute(alert)),
        resolvedUnixMs: (id) => ends.get(id) ?? this.#ends.get(id),
        groups,
        waiting: waiting.values(),
        nowUnixMs,
      })
      const events = alertEvents(alerts, planned).map((event): Change => ({ kind: 'addEvent', event, atUnixMs: nowUnixMs }))
      const stored = alerting.lookedUnixMs
      const isDue = stored === undefined || nowUnixMs < stored || nowUnixMs - stored >= writeLookedMs
      const looked: readonly AlertChange[] = isDue || planned.length > 0 ? [{ kind: 'putAlertsLooked', atUnixMs: nowUnixMs }] : []
      return { changes: [...planned, ...events, ...told, ...looked], result: { values, ends } }
    })
    this.#lookedUnixMs = nowUnixMs
    this.#values = result.values
    for (const [id, atUnixMs] of result.ends) {
      // The oldest stand first, and go first.
      this.#ends.delete(id)
      this.#ends.set(id, atUnixMs)
    }
    for (const id of this.#ends.keys()) {
      if (this.#ends.size <= mostEnds) break
      this.#ends.delete(id)
    }
  }
}

const noting = (rule: AlertRule, seen: Observation, values: Map<string, number> | undefined): Observation => {
  for (const { labels, value } of values ? seen.samples : []) values?.set(alertId(rule.name, { ...labels, ...rule.labels }), value)
  return seen
}

const alertsAfter = (alerts: ReadonlyMap<string, Alert>, changes: readonly AlertChange[]): ReadonlyMap<string, Alert> => {
  const after = new Map(alerts)
  for (const change of changes) {
    if (change.kind === 'putAlert') after.set(change.alert.id, change.alert)
    else if (change.kind === 'deleteAlert') after.delete(change.id)
  }
  return after
}
