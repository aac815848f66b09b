import type { Alert, AlertChange, Notice, NoticeGroup, Silence } from '../domain/alert/model.ts'
import type { StoredAlerts } from '../store/alert-store.ts'
import type { StoreChange } from '../store/store.ts'

/** What is stored of alerts, in memory. */
export interface AlertFacts {
  /** Pending and firing ones. */
  readonly alerts: ReadonlyMap<string, Alert>
  readonly groups: ReadonlyMap<string, NoticeGroup>
  /** Notices that wait to be sent, in the order in which they were made. */
  readonly waiting: ReadonlyMap<string, Notice>
  readonly silences: ReadonlyMap<string, Silence>
  /** Up to when alerts were looked at; undefined: never. */
  readonly lookedUnixMs: number | undefined
}

export interface MutableAlertFacts extends AlertFacts {
  readonly alerts: Map<string, Alert>
  readonly groups: Map<string, NoticeGroup>
  readonly waiting: Map<string, Notice>
  readonly silences: Map<string, Silence>
  lookedUnixMs: number | undefined
}

const byId = <T extends { readonly id: string }>(items: readonly T[]): Map<string, T> => new Map(items.map((item) => [item.id, item]))

export const alertFactsOf = ({ alerts, groups, waiting, silences, lookedUnixMs }: StoredAlerts): MutableAlertFacts => ({
  alerts: byId(alerts),
  groups: byId(groups),
  waiting: byId(waiting),
  silences: byId(silences),
  lookedUnixMs,
})

/** Whether plans of the fleet may depend on changes: alerts are told, nothing is decided by them. */
export const concernPlans = (changes: readonly StoreChange[]): boolean =>
  !changes.some(({ kind }) => kind in alertAppliers) || changes.some(({ kind }) => kind !== 'addEvent' && !(kind in alertAppliers))

type Appliers = {
  readonly [Kind in AlertChange['kind']]: (
    facts: { readonly alerting: MutableAlertFacts },
    change: Extract<AlertChange, { kind: Kind }>,
  ) => void
}

export const alertAppliers: Appliers = {
  putAlert: ({ alerting }, { alert }) => alerting.alerts.set(alert.id, alert),
  deleteAlert: ({ alerting }, { id }) => alerting.alerts.delete(id),
  addResolvedAlert: () => {},
  putNoticeGroup: ({ alerting }, { group }) => alerting.groups.set(group.id, group),
  deleteNoticeGroup: ({ alerting }, { id }) => alerting.groups.delete(id),
  putNotice: ({ alerting }, { notice }) =>
    notice.state === 'waiting' ? alerting.waiting.set(notice.id, notice) : alerting.waiting.delete(notice.id),
  deleteNotice: ({ alerting }, { id }) => alerting.waiting.delete(id),
  putSilence: ({ alerting }, { silence }) => alerting.silences.set(silence.id, silence),
  deleteSilence: ({ alerting }, { id }) => alerting.silences.delete(id),
  putAlertsLooked: ({ alerting }, { atUnixMs }) => {
    alerting.lookedUnixMs = atUnixMs
  },
}
