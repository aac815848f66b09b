/** Alerts, and notices of them, as they are stored. */
import type { Labels, Matcher } from './labels.ts'
import type { Severity } from './severity.ts'

/** What people read, in English, and in Chinese where the rule has it. */
export interface AlertText {
  readonly summary: string
  readonly description: string
  readonly remedy: string
}

export interface AlertTexts {
  readonly en: AlertText
  readonly zh?: AlertText | undefined
}

/** One series for which a rule holds. A series without a record is inactive. */
export interface Alert {
  readonly id: string
  readonly rule: string
  readonly severity: Severity
  /** Those of the series and of the rule. */
  readonly labels: Labels
  readonly state: 'pending' | 'firing'
  /** Since when the rule has held; moved on by times in which nobody looked. */
  readonly sinceUnixMs: number
  /** 0 while it is pending. */
  readonly firedUnixMs: number
  /** When it fired; while it is pending, when it began. */
  readonly value: number
  /** Since when a firing one has not held; 0 while it does. */
  readonly clearSinceUnixMs: number
  /** Since when a firing one cannot be known; 0 while it can. */
  readonly noDataSinceUnixMs: number
  readonly texts: AlertTexts
}

/** cleared: the rule holds no more. no-data: it could not be known for long. rule-gone: the rule was deleted, disabled or is about other series. */
export type ResolveCause = 'cleared' | 'no-data' | 'rule-gone'

export interface ResolvedAlert extends Alert {
  readonly resolvedUnixMs: number
  readonly because: ResolveCause
}

/** An alert as a notice tells of it. */
export interface NoticeAlert {
  readonly id: string
  readonly rule: string
  readonly severity: Severity
  readonly labels: Labels
  readonly status: 'firing' | 'resolved'
  readonly firedUnixMs: number
  /** 0 while it fires. */
  readonly resolvedUnixMs: number
  readonly value: number
  readonly texts: AlertTexts
}

/** What one receiver has been told of the alerts that share the labels it groups by. */
export interface NoticeGroup {
  /** `RECEIVER{labels}` */
  readonly id: string
  readonly receiver: string
  readonly labels: Labels
  /** When it had something to tell first. */
  readonly createdUnixMs: number
  /** When its last notice was made; 0: none yet. */
  readonly noticedUnixMs: number
  /** Numbers its notices. */
  readonly sequence: number
  /** The firing alerts that were put into notices, by id. */
  readonly told: Readonly<Record<string, NoticeAlert>>
}

/** Stored before it is sent; sent until the receiver has taken it, or for as long as it is worth. */
export interface Notice {
  /** The same over restarts and attempts, so that a receiver can tell a repetition from news. */
  readonly id: string
  readonly receiver: string
  readonly groupId: string
  readonly labels: Labels
  /** repeat: says again what still fires. */
  readonly kind: 'news' | 'repeat'
  readonly alerts: readonly NoticeAlert[]
  readonly createdUnixMs: number
  readonly state: 'waiting' | 'sent' | 'failed'
  readonly attempts: number
  readonly nextAttemptUnixMs: number
  /** When it was sent or given up; 0 while it waits. */
  readonly endedUnixMs: number
  /** Why the last attempt failed. */
  readonly problem: string
}

export interface Silence {
  readonly id: string
  readonly matchers: readonly Matcher[]
  readonly startsUnixMs: number
  readonly endsUnixMs: number
  readonly author: string
  readonly comment: string
}

export type AlertChange =
  | { readonly kind: 'putAlert'; readonly alert: Alert }
  | { readonly kind: 'deleteAlert'; readonly id: string }
  | { readonly kind: 'addResolvedAlert'; readonly alert: ResolvedAlert }
  | { readonly kind: 'putNoticeGroup'; readonly group: NoticeGroup }
  | { readonly kind: 'deleteNoticeGroup'; readonly id: string }
  | { readonly kind: 'putNotice'; readonly notice: Notice }
  | { readonly kind: 'deleteNotice'; readonly id: string }
  | { readonly kind: 'putSilence'; readonly silence: Silence }
  | { readonly kind: 'deleteSilence'; readonly id: string }
  /** That alerts were evaluated up to then. */
  | { readonly kind: 'putAlertsLooked'; readonly atUnixMs: number }

/** What matchers see: the labels, the rule under Prometheus' name for it, and the severity. */
export const matchedLabels = ({ rule, severity, labels }: Pick<Alert, 'rule' | 'severity' | 'labels'>): Labels => ({
  ...labels,
  alertname: rule,
  severity,
})
