import type { Notice, NoticeAlert } from '../../controller/domain/alert/model.ts'
import { type AlertReceiver, alertReceiverSchema } from '../../controller/domain/alert/receiver-schema.ts'

export const firedUnixMs = Date.UTC(2026, 0, 2, 3, 4, 5)

/** An alert about a lost host, as a notice tells of it. */
export const noticeAlert = (changes: Partial<NoticeAlert> = {}): NoticeAlert => ({
  id: 'host-lost{host="gpu-1"}',
  rule: 'host-lost',
  severity: 'critical',
  labels: { host: 'gpu-1', empty: '' },
  status: 'firing',
  firedUnixMs,
  resolvedUnixMs: 0,
  value: 1,
  texts: {
    en: { summary: 'gpu-1 is lost', description: 'It is silent.', remedy: 'Look at its power.' },
    zh: { summary: 'gpu-1 已失联', description: '没有响应。', remedy: '检查供电。' },
  },
  ...changes,
})

export const notice = (changes: Partial<Notice> = {}): Notice => ({
  id: 'n1',
  receiver: 'ops',
  groupId: 'ops{}',
  labels: {},
  kind: 'news',
  alerts: [noticeAlert()],
  createdUnixMs: firedUnixMs,
  state: 'waiting',
  attempts: 0,
  nextAttemptUnixMs: 0,
  endedUnixMs: 0,
  problem: '',
  ...changes,
})

export const receiver = (fields: object): AlertReceiver => alertReceiverSchema.parse({ kind: 'AlertReceiver', name: 'ops', ...fields })
