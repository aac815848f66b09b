/**
 * Who is told what, and when: groups of alerts wait for company, news follows at intervals, what fires is repeated. A notice and what it
 * makes the receiver know are one change, so that whatever happens between them and the wire, nothing is told as news twice and no end is
 * forgotten. Pure.
 */
import { createHash } from 'node:crypto'
import { type Labels, matches } from './labels.ts'
import { type Alert, type AlertChange, matchedLabels, type Notice, type NoticeAlert, type NoticeGroup } from './model.ts'
import type { AlertReceiver } from './receiver-schema.ts'

export interface NoticesToPlan {
  readonly receivers: ReadonlyMap<string, AlertReceiver>
  readonly alerts: ReadonlyMap<string, Alert>
  /** Alerts that nobody is newly told of. What was told before is told to be over all the same. */
  readonly isMuted: (alert: Alert) => boolean
  /** When alerts that are no more ended, by id. */
  readonly resolvedUnixMs: (id: string) => number | undefined
  readonly groups: ReadonlyMap<string, NoticeGroup>
  /** Notices that wait to be sent. */
  readonly waiting: Iterable<Notice>
  readonly nowUnixMs: number
}

/** A receiver that is away gets no more than this many; what comes beyond waits until it has taken some. */
const mostWaiting = 1_000

/** Alertmanager groups and waits by itself, and wants to hear again. */
const timing = ({ alertmanager, groupBy, groupWait, groupInterval, repeat }: AlertReceiver) =>
  alertmanager === undefined
    ? { groupBy, groupWait, groupInterval, repeat }
    : { groupBy: [], groupWait: 0, groupInterval: 0, repeat: alertmanager.resend }

const groupKey = (receiver: string, labels: Labels): string => `${receiver}${JSON.stringify(labels)}`

const toldOf = ({ id, rule, severity, labels, firedUnixMs, value, texts }: Alert): NoticeAlert => ({
  id,
  rule,
  severity,
  labels,
  status: 'firing',
  firedUnixMs,
  resolvedUnixMs: 0,
  value,
  texts,
})

const noticeId = ({ id, createdUnixMs }: NoticeGroup, sequence: number): string =>
  createHash('sha256').update(`${id}\n${createdUnixMs}\n${sequence}`).digest('hex').slice(0, 24)

export const planNotices = (given: NoticesToPlan): readonly AlertChange[] => {
  const changes: AlertChange[] = []
  const waiting = [...given.waiting]
  for (const notice of waiting) {
    if (given.receivers.has(notice.receiver)) continue
    const ended = { ...notice, state: 'failed' as const, endedUnixMs: given.nowUnixMs, problem: 'the receiver was deleted' }
    changes.push({ kind: 'putNotice', notice: ended })
  }
  for (const group of given.groups.values())
    if (!given.receivers.has(group.receiver)) changes.push({ kind: 'deleteNoticeGroup', id: group.id })
  const groupsOf = Map.groupBy(given.groups.values(), ({ receiver }) => receiver)
  const firing = [...given.alerts.values()].filter((alert) => alert.state === 'firing' && !given.isMuted(alert))
  for (const receiver of given.receivers.values()) {
    const mine = waiting.filter((notice) => notice.receiver === receiver.name)
    changes.push(...planReceiver(given, receiver, firing, groupsOf.get(receiver.name) ?? [], mine))
  }
  return changes
}

const planReceiver = (
  given: NoticesToPlan,
  receiver: AlertReceiver,
  firing: readonly Alert[],
  groups: readonly NoticeGroup[],
  waiting: readonly Notice[],
): readonly AlertChange[] => {
  const { groupBy } = timing(receiver)
  const routed = new Map<string, { readonly labels: Labels; readonly alerts: Alert[] }>()
  for (const alert of firing) {
    const labels = matchedLabels(alert)
    if (!receiver.severities.includes(alert.severity) || !matches(labels, receiver.match)) continue
    const by = Object.fromEntries(groupBy.map((name) => [name, labels[name] ?? '']))
    const key = groupKey(receiver.name, by)
    const group = routed.get(key) ?? { labels: by, alerts: [] }
    group.alerts.push(alert)
    routed.set(key, group)
  }
  const known = new Map(groups.map((group) => [group.id, group]))
  // An alert that was told in a group stays there, also when the receiver groups otherwise now.
  const home = new Map(groups.flatMap(({ id, told }) => Object.keys(told).map((alert) => [alert, id] as const)))
  const changes: AlertChange[] = []
  let left = mostWaiting - waiting.length
  for (const id of new Set([...known.keys(), ...routed.keys()])) {
    const { labels = {}, alerts = [] } = routed.get(id) ?? {}
    const group = known.get(id)
    const own = alerts.filter((alert) => (home.get(alert.id) ?? id) === id)
    const settled = waiting.every(({ groupId }) => groupId !== id)
    const planned = planGroup(
      given,
      receiver,
      group ?? newGroup(id, receiver.name, labels, given.nowUnixMs),
      own,
      group !== undefined,
      settled,
      left > 0,
    )
    if (planned.some(({ kind }) => kind === 'putNotice')) left -= 1
    changes.push(...planned)
  }
  return changes
}

const newGroup = (id: string, receiver: string, labels: Labels, nowUnixMs: number): NoticeGroup => ({
  id,
  receiver,
  labels,
  createdUnixMs: nowUnixMs,
  noticedUnixMs: 0,
  sequence: 0,
  told: {},
})

const planGroup = (
  { alerts: all, resolvedUnixMs, nowUnixMs }: NoticesToPlan,
  receiver: AlertReceiver,
  group: NoticeGroup,
  routed: readonly Alert[],
  isStored: boolean,
  isSettled: boolean,
  mayTell: boolean,
): readonly AlertChange[] => {
  const { groupWait, groupInterval, repeat } = timing(receiver)
  const fresh = routed.filter(({ id, firedUnixMs }) => group.told[id]?.firedUnixMs !== firedUnixMs)
  const over = Object.values(group.told).filter(({ id, firedUnixMs }) => {
    const alert = all.get(id)
    return alert?.state !== 'firing' || alert.firedUnixMs !== firedUnixMs
  })
  const overIds = new Set(over.map(({ id }) => id))
  const tellsEnds = receiver.sendResolved || receiver.alertmanager !== undefined
  const ended = tellsEnds ? over : []
  const standing = Object.fromEntries(Object.entries(group.told).filter(([id]) => !overIds.has(id)))
  if (fresh.length + ended.length === 0) {
    if (over.length > 0) return [{ kind: 'putNoticeGroup', group: { ...group, told: standing } }]
    // A group that was told of lately stays, so that what flutters is told at intervals too.
    const isOld = nowUnixMs - group.noticedUnixMs >= groupInterval || nowUnixMs < group.noticedUnixMs
    if (Object.keys(group.told).length === 0) return isStored && isOld ? [{ kind: 'deleteNoticeGroup', id: group.id }] : []
    const due = isSettled && mayTell && nowUnixMs - group.noticedUnixMs >= repeat
    return due && routed.length > 0 ? tell(group, group.told, routed.map(toldOf), 'repeat', nowUnixMs) : []
  }
  const due = group.noticedUnixMs === 0 ? nowUnixMs - group.createdUnixMs >= groupWait : nowUnixMs - group.noticedUnixMs >= groupInterval
  // A clock that was set back must not hold news for as long as it was off.
  const late = due || nowUnixMs < group.createdUnixMs || nowUnixMs < group.noticedUnixMs
  if (!late || !mayTell) return isStored ? [] : [{ kind: 'putNoticeGroup', group }]
  const told = { ...standing, ...Object.fromEntries(fresh.map((alert) => [alert.id, toldOf(alert)])) }
  const ends = ended.map((alert): NoticeAlert => ({ ...alert, status: 'resolved', resolvedUnixMs: resolvedUnixMs(alert.id) ?? nowUnixMs }))
  return tell(group, told, [...routed.map(toldOf), ...ends], 'news', nowUnixMs)
}

const tell = (
  group: NoticeGroup,
  told: NoticeGroup['told'],
  alerts: readonly NoticeAlert[],
  kind: Notice['kind'],
  nowUnixMs: number,
): readonly AlertChange[] => {
  const sequence = group.sequence + 1
  const notice: Notice = {
    id: noticeId(group, sequence),
    receiver: group.receiver,
    groupId: group.id,
    labels: group.labels,
    kind,
    alerts,
    ...untried(nowUnixMs),
  }
  return [
    { kind: 'putNoticeGroup', group: { ...group, told, sequence, noticedUnixMs: nowUnixMs } },
    { kind: 'putNotice', notice },
  ]
}

/** What a notice is like before anybody has tried to send it. */
export const untried = (
  nowUnixMs: number,
): Pick<Notice, 'createdUnixMs' | 'state' | 'attempts' | 'nextAttemptUnixMs' | 'endedUnixMs' | 'problem'> => ({
  createdUnixMs: nowUnixMs,
  state: 'waiting',
  attempts: 0,
  nextAttemptUnixMs: 0,
  endedUnixMs: 0,
  problem: '',
})
