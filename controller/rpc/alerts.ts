import type { AlertsHandlers } from '../../proto/generated/hostler/v1/Alerts.ts'
import type { AlertView } from '../../proto/generated/hostler/v1/AlertView.ts'
import type { NoticeView } from '../../proto/generated/hostler/v1/NoticeView.ts'
import type { SilenceView } from '../../proto/generated/hostler/v1/SilenceView.ts'
import { HostlerError } from '../../shared/errors/hostler-error.ts'
import type { Role } from '../../shared/identity/subject.ts'
import type { Log } from '../../shared/log/log.ts'
import type { Alerting } from '../alerting.ts'
import { formatMatcher, matches } from '../domain/alert/labels.ts'
import { type Alert, matchedLabels, type Notice, type ResolvedAlert, type Silence } from '../domain/alert/model.ts'
import { type Mute, muteOf } from '../domain/alert/mute.ts'
import { subjectOf } from '../domain/alert/subject.ts'
import { formatValue } from '../domain/alert/text.ts'
import { fingerprint } from '../notify/payload.ts'
import type { AlertStore } from '../store/alert-store.ts'
import type { IdentityRecord } from '../store/store.ts'
import type { UseCaseContext } from '../usecases/context.ts'
import { addSilence, endSilence } from '../usecases/silences.ts'
import { testReceiver } from '../usecases/test-receiver.ts'
import { personWith } from './caller.ts'
import { unary } from './unary-handler.ts'

export interface AlertsServiceOptions {
  readonly context: UseCaseContext
  readonly alerting: Alerting
  readonly store: AlertStore
  readonly log: Log
}

const mostListed = 5_000

/** For people: a word that can be typed, the same over restarts. */
const shortId = (id: string): string => fingerprint(id).slice(0, 12)

/** Alerts, silences and notices, for people and scripts. */
export const alertsService = ({ context, alerting, store, log }: AlertsServiceOptions): AlertsHandlers => {
  const { facts } = context.ledger
  const forRole = <Request, Reply>(role: Role, handle: (request: Request, person: IdentityRecord) => Promise<Reply> | Reply) =>
    unary<Request, Reply>(log, (request, call) => handle(request, personWith(call, facts, role)))

  const alertView = (alert: Alert, mute: Mute, told: readonly string[]): AlertView => {
    const { rules } = alerting.rules()
    const rule = rules.get(alert.rule)
    const unit = (rule && subjectOf(rule.source)?.unit) ?? 'count'
    const value = alerting.alerts.value(alert.id) ?? alert.value
    return {
      id: shortId(alert.id),
      rule: alert.rule,
      severity: alert.severity,
      state: alert.state,
      labels: { ...alert.labels },
      value,
      valueText: formatValue(unit, value),
      thresholdText: rule ? `${rule.compare} ${formatValue(unit, rule.threshold)}` : '',
      sinceUnixMs: Math.round(alert.sinceUnixMs),
      firedUnixMs: Math.round(alert.firedUnixMs),
      noData: alert.noDataSinceUnixMs > 0,
      silencedBy: [...mute.silencedBy],
      inhibitedBy: mute.inhibitedBy.map(shortId),
      told: [...told],
      en: alert.texts.en,
      zh: alert.texts.zh ?? alert.texts.en,
      runbook: rule?.runbook ?? '',
    }
  }

  const resolvedView = (alert: ResolvedAlert): AlertView => ({
    ...alertView(alert, { silencedBy: [], inhibitedBy: [] }, []),
    value: alert.value,
    state: 'resolved',
    noData: false,
    resolvedUnixMs: Math.round(alert.resolvedUnixMs),
    because: alert.because,
  })

  const silenceView = (silence: Silence): SilenceView => ({
    id: silence.id,
    matchers: silence.matchers.map(formatMatcher),
    startsUnixMs: silence.startsUnixMs,
    endsUnixMs: silence.endsUnixMs,
    author: silence.author,
    comment: silence.comment,
    alerts: [...facts.alerting.alerts.values()].filter(
      (alert) => alert.state === 'firing' && matches(matchedLabels(alert), silence.matchers),
    ).length,
  })

  const noticeView = (notice: Notice): NoticeView => ({
    id: notice.id,
    receiver: notice.receiver,
    kind: notice.kind,
    state: notice.state,
    firing: notice.alerts.filter(({ status }) => status === 'firing').length,
    resolved: notice.alerts.filter(({ status }) => status === 'resolved').length,
    attempts: notice.attempts,
    createdUnixMs: notice.createdUnixMs,
    nextAttemptUnixMs: notice.nextAttemptUnixMs,
    endedUnixMs: notice.endedUnixMs,
    problem: notice.problem,
    rules: [...new Set(notice.alerts.map(({ rule }) => rule))],
  })

  return {
    List: forRole('viewer', async ({ resolvedLimit }) => {
      const { alerts, groups, silences } = facts.alerting
      const nowUnixMs = context.clock.unixMs()
      const mute = muteOf(alerts, alerting.rules().rules, silences.values(), nowUnixMs)
      const told = Map.groupBy(
        [...groups.values()].flatMap((group) => Object.keys(group.told).map((id) => ({ id, receiver: group.receiver }))),
        ({ id }) => id,
      )
      const present = [...alerts.values()].map((alert) =>
        alertView(alert, mute(alert), told.get(alert.id)?.map(({ receiver }) => receiver) ?? []),
      )
      const past = resolvedLimit === 0 ? [] : await store.resolved(Math.min(resolvedLimit, mostListed))
      return { alerts: [...present, ...past.map(resolvedView)], nowUnixMs }
    }),
    ListNotices: forRole('viewer', async ({ limit }) => {
      const waiting = [...facts.alerting.waiting.values()].toReversed()
      return { notices: [...waiting, ...(await store.ended(Math.min(limit || 50, mostListed)))].map(noticeView) }
    }),
    ListSilences: forRole('viewer', () => ({ silences: [...facts.alerting.silences.values()].map(silenceView) })),
    AddSilence: forRole('operator', async ({ matchers, durationMs, comment }, person) =>
      silenceView(await addSilence(context, { matchers, durationMs, comment }, person.name)),
    ),
    EndSilence: forRole('operator', async ({ id }, person) => silenceView(await endSilence(context, id, person.name))),
    TestReceiver: forRole('operator', async ({ receiver: name }, person) => {
      const receiver = alerting.receivers().get(name)
      if (receiver) return { detail: await testReceiver(context, alerting.send, receiver, person.name) }
      const known = [...alerting.receivers().keys()]
      const others =
        known.length === 0
          ? 'there are none; make one with kind: AlertReceiver and hostler apply -f FILE'
          : `there are: ${known.join(', ')}`
      throw new HostlerError('NOT_FOUND', `there is no receiver "${name}"; ${others}`)
    }),
  }
}
