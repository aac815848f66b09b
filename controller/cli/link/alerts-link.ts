import type { AddSilenceRequest } from '../../../proto/generated/hostler/v1/AddSilenceRequest.ts'
import type { AlertsClient } from '../../../proto/generated/hostler/v1/Alerts.ts'
import type { EndSilenceRequest } from '../../../proto/generated/hostler/v1/EndSilenceRequest.ts'
import type { ListAlertsReply__Output } from '../../../proto/generated/hostler/v1/ListAlertsReply.ts'
import type { ListAlertsRequest } from '../../../proto/generated/hostler/v1/ListAlertsRequest.ts'
import type { ListNoticesReply__Output } from '../../../proto/generated/hostler/v1/ListNoticesReply.ts'
import type { ListNoticesRequest } from '../../../proto/generated/hostler/v1/ListNoticesRequest.ts'
import type { ListSilencesReply__Output } from '../../../proto/generated/hostler/v1/ListSilencesReply.ts'
import type { ListSilencesRequest } from '../../../proto/generated/hostler/v1/ListSilencesRequest.ts'
import type { SilenceView__Output } from '../../../proto/generated/hostler/v1/SilenceView.ts'
import type { TestReceiverReply__Output } from '../../../proto/generated/hostler/v1/TestReceiverReply.ts'
import type { TestReceiverRequest } from '../../../proto/generated/hostler/v1/TestReceiverRequest.ts'
import { callUnary, type UnaryOptions } from '../../../shared/rpc/unary.ts'
import type { AlertEntry, NoticeEntry, SilenceEntry } from '../view/alerts.ts'

export interface AlertsLink {
  /** Those in force, and the newest that are over. */
  alerts(resolvedLimit: number): Promise<readonly AlertEntry[]>
  /** Newest first. */
  notices(limit: number): Promise<readonly NoticeEntry[]>
  silences(): Promise<readonly SilenceEntry[]>
  silence(matchers: readonly string[], durationMs: number, comment: string): Promise<SilenceEntry>
  unsilence(id: string): Promise<SilenceEntry>
  /** Says how it went; throws NOTICE_FAILED. */
  testReceiver(name: string): Promise<string>
}

const words = { summary: '', description: '', remedy: '' }

export const alertsLink = (client: AlertsClient, unary: UnaryOptions): AlertsLink => ({
  async alerts(resolvedLimit) {
    const { alerts } = await callUnary<ListAlertsRequest, ListAlertsReply__Output>(client.List.bind(client), { resolvedLimit }, unary)
    return alerts.map(({ state, severity, en, zh, ...rest }) => ({
      ...rest,
      severity: severity as AlertEntry['severity'],
      state: state as AlertEntry['state'],
      en: en ?? words,
      zh: zh ?? words,
    }))
  },
  notices: async (limit) =>
    (await callUnary<ListNoticesRequest, ListNoticesReply__Output>(client.ListNotices.bind(client), { limit }, unary)).notices,
  silences: async () =>
    (await callUnary<ListSilencesRequest, ListSilencesReply__Output>(client.ListSilences.bind(client), {}, unary)).silences,
  silence: (matchers, durationMs, comment) =>
    callUnary<AddSilenceRequest, SilenceView__Output>(
      client.AddSilence.bind(client),
      { matchers: [...matchers], durationMs, comment },
      unary,
    ),
  unsilence: (id) => callUnary<EndSilenceRequest, SilenceView__Output>(client.EndSilence.bind(client), { id }, unary),
  testReceiver: async (receiver) =>
    (await callUnary<TestReceiverRequest, TestReceiverReply__Output>(client.TestReceiver.bind(client), { receiver }, unary)).detail,
})
