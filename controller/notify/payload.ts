/** What a notice says on the wire. Pure. */
import { createHash } from 'node:crypto'
import type { Labels } from '../domain/alert/labels.ts'
import { matchedLabels, type Notice, type NoticeAlert } from '../domain/alert/model.ts'
import type { AlertReceiver } from '../domain/alert/receiver-schema.ts'

/** The same for the same series of the same rule, over restarts. */
export const fingerprint = (id: string): string => createHash('sha256').update(id).digest('hex').slice(0, 16)

/** Alertmanager's word for "has not ended". */
const never = '0001-01-01T00:00:00Z'

export const annotationsOf = ({ texts }: NoticeAlert, language: AlertReceiver['language']): Labels => {
  const { summary, description, remedy } = texts[language] ?? texts.en
  return Object.fromEntries(Object.entries({ summary, description, remedy }).filter(([, text]) => text !== ''))
}

const common = (all: readonly Labels[]): Labels => {
  const [first = {}, ...rest] = all
  return Object.fromEntries(Object.entries(first).filter(([name, value]) => rest.every((labels) => labels[name] === value)))
}

/** Of the whole notice: firing as long as any of its alerts is. */
export const statusOf = ({ alerts }: Notice): 'firing' | 'resolved' =>
  alerts.some(({ status }) => status === 'firing') ? 'firing' : 'resolved'

/** The body of a webhook: the fields of Alertmanager's webhooks, version 4, so that what understands those understands this, and a few of ours. */
export const webhookBody = (notice: Notice, { name, language }: AlertReceiver): Record<string, unknown> => {
  const alerts = notice.alerts.map((alert) => ({
    status: alert.status,
    labels: matchedLabels(alert),
    annotations: annotationsOf(alert, language),
    startsAt: new Date(alert.firedUnixMs).toISOString(),
    endsAt: alert.status === 'firing' ? never : new Date(alert.resolvedUnixMs).toISOString(),
    generatorURL: '',
    fingerprint: fingerprint(alert.id),
    value: alert.value,
  }))
  return {
    version: '4',
    groupKey: notice.groupId,
    truncatedAlerts: 0,
    status: statusOf(notice),
    receiver: name,
    groupLabels: notice.labels,
    commonLabels: common(alerts.map(({ labels }) => labels)),
    commonAnnotations: common(alerts.map(({ annotations }) => annotations)),
    externalURL: '',
    alerts,
    noticeId: notice.id,
    noticeKind: notice.kind,
  }
}

/** Prometheus gives what fires four times as long as it takes to be sent again. */
const resendsMissed = 4

/** The body of POST /api/v2/alerts. */
export const alertmanagerBody = (
  { alerts }: Notice,
  language: AlertReceiver['language'],
  resendMs: number,
  nowUnixMs: number,
): readonly object[] =>
  alerts.map((alert) => ({
    labels: Object.fromEntries(Object.entries(matchedLabels(alert)).filter(([, value]) => value !== '')),
    annotations: annotationsOf(alert, language),
    startsAt: new Date(alert.firedUnixMs).toISOString(),
    endsAt: new Date(alert.status === 'firing' ? nowUnixMs + resendsMissed * resendMs : alert.resolvedUnixMs).toISOString(),
  }))
