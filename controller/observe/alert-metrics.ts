import type { MetricName } from '../../shared/metrics/catalogue.ts'
import type { SetSeries } from '../../shared/metrics/series-table.ts'
import type { AlertInputs } from '../domain/alert/inputs.ts'
import type { AlertRule } from '../domain/alert/rule.ts'
import { severities } from '../domain/alert/severity.ts'
import { signals } from '../domain/alert/signals/signals.ts'
import type { AlertFacts } from '../usecases/alert-facts.ts'

/** Signals that Prometheus can only know from the controller, by the metric that tells of them. */
const told = {
  hostler_controller_host_lost: 'host.lost',
  hostler_controller_host_clock_offset_seconds: 'host.clock-offset-seconds',
  hostler_controller_host_tuning_differing: 'host.tuning-differing',
  hostler_controller_host_fault: 'host.fault',
  hostler_controller_deployment_down: 'deployment.down',
  hostler_controller_replicas_unplaced: 'deployment.replicas-unplaced',
  hostler_controller_rollout_failed: 'deployment.rollout-failed',
  hostler_controller_replica_failed: 'deployment.replica-failed',
  hostler_controller_maintenance_failed: 'controller.maintenance-failed',
  hostler_controller_backup_age_seconds: 'controller.backup-age-seconds',
  hostler_controller_certificate_remaining_seconds: 'controller.certificate-days-left',
} as const satisfies Partial<Record<MetricName, string>>

/** Metrics are in seconds, where rules are for people. */
const secondsOf = (unit: string, value: number): number => (unit === 'days' ? value * 86_400 : value)

export interface AlertMetricsOptions {
  readonly inputs: () => AlertInputs
  readonly facts: AlertFacts
  /** A rule whose window counts for faults that broke something. */
  readonly faultRule: () => AlertRule | undefined
  readonly sent: () => ReadonlyMap<string, { readonly sent: number; readonly failed: number }>
}

/** What alerts look at, and what became of them. */
export const setAlerts = (set: SetSeries, { inputs, facts, faultRule, sent }: AlertMetricsOptions): void => {
  const now = inputs()
  const rule = faultRule()
  for (const [metric, name] of Object.entries(told)) {
    const signal = signals[name]
    if (signal === undefined || rule === undefined) continue
    for (const { labels, value } of signal.observe(now, rule).samples)
      set(
        metric as MetricName,
        signal.labels.map((label) => labels[label] ?? ''),
        secondsOf(signal.unit, value),
      )
  }
  const firing = [...facts.alerts.values()].filter(({ state }) => state === 'firing')
  for (const severity of severities)
    set('hostler_controller_alerts_firing', [severity], firing.filter((alert) => alert.severity === severity).length)
  set('hostler_controller_alert_notices_waiting', [], facts.waiting.size)
  for (const [receiver, { sent: taken, failed }] of sent()) {
    set('hostler_controller_alert_notices_total', [receiver, 'sent'], taken)
    set('hostler_controller_alert_notices_total', [receiver, 'failed'], failed)
  }
}
