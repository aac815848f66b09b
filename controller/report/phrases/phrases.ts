import type { confidences } from '../../../shared/diagnosis/finding.ts'
import type { FaultReport, LeftOut } from '../../../shared/diagnosis/report.ts'
import type { EventSource } from '../../../shared/diagnosis/timeline.ts'
import type { Verdict } from '../../../shared/diagnosis/verdict.ts'
import type { Language } from '../../../shared/diagnosis/words/language.ts'
import { en } from './en.ts'
import { zh } from './zh.ts'

/** All that a report says of itself, apart from findings, causes and events, whose words are in shared/diagnosis/words. */
export interface Phrases {
  /** BCP 47, for the page. */
  readonly tag: string
  readonly reportTitle: string
  readonly verdicts: { readonly [V in Verdict]: string }
  readonly subjects: { readonly [S in FaultReport['subject']]: string }
  readonly triggers: { readonly [T in FaultReport['trigger']]: string }
  readonly confidences: { readonly [C in (typeof confidences)[number]]: string }
  readonly sources: { readonly [S in EventSource]: string }
  /** The one line when there is no finding to make it of. */
  readonly allWell: (checks: number, hosts: number) => string
  readonly notLooked: string
  readonly nothingLookedAt: string
  readonly more: (what: string, faults: number) => string
  /** `where: what` */
  readonly about: (where: string, what: string) => string
  readonly severalHosts: (first: readonly string[], more: number) => string
  readonly fleet: string
  readonly gpu: (uuid: string) => string
  readonly replica: (id: string) => string
  readonly link: (name: string) => string
  readonly labels: {
    readonly report: string
    readonly subject: string
    readonly trigger: string
    readonly cause: string
    readonly made: string
    readonly window: string
    readonly hosts: string
    readonly findings: string
    readonly incidents: string
    readonly timeline: string
    readonly mesh: string
    readonly series: string
    readonly notLooked: string
    readonly passed: string
    readonly notes: string
    readonly why: string
    readonly remedies: string
    readonly evidence: string
    readonly ruledOut: string
    readonly root: string
    readonly found: string
    readonly from: string
    readonly to: string
    readonly notMeasured: string
    readonly idle: string
    readonly loaded: string
    readonly time: string
    readonly host: string
    readonly source: string
    readonly event: string
    readonly none: string
  }
  readonly range: (from: string, to: string) => string
  readonly listOf: (items: readonly string[]) => string
  /** A host that could not be asked, by the code of its problem. */
  readonly away: (code: string, message: string) => string
  readonly leftOut: { readonly [Part in LeftOut]: string }
  readonly back: (host: string) => string
  readonly clock: (host: string, aheadMs: number, doubtMs: number) => string
  readonly orderDoubt: (doubtMs: number) => string
  readonly after: (ms: number) => string
  readonly moreLines: (lines: number) => string
  readonly mbps: (value: number) => string
  readonly ms: (value: number) => string
  readonly loss: (percent: number) => string
  readonly meshReading: string
}

const languages: { readonly [L in Language]: Phrases } = { en, zh }

export const phrasesIn = (language: Language): Phrases => languages[language]
