import type { FaultReport } from '../../shared/diagnosis/report.ts'
import type { Verdict } from '../../shared/diagnosis/verdict.ts'
import type { Words } from '../../shared/diagnosis/words/words.ts'
import type { Phrases } from './phrases/phrases.ts'
import { momentText, whereText } from './where.ts'

export interface IncidentStep {
  /** Position in the timeline. */
  readonly index: number
  readonly at: string
  /** Since the root. */
  readonly after: string
  readonly where: string
  readonly text: string
  /** How often the same happened again to the same thing in this incident. */
  readonly times: number
}

export interface IncidentView {
  readonly verdict: Verdict
  readonly began: string
  readonly root: string
  /** What followed, oldest first, the root left out. */
  readonly steps: readonly IncidentStep[]
  readonly found: readonly string[]
  readonly ruledOut: readonly string[]
  /** Empty: the order is certain. */
  readonly doubt: string
}

const stepsOf = (report: FaultReport, positions: readonly number[], rootMs: number, phrases: Phrases, words: Words) => {
  const steps = new Map<string, IncidentStep>()
  for (const index of positions) {
    const event = report.timeline[index]
    if (!event) continue
    const key = `${event.host}\n${event.code}\n${event.subject}`
    const former = steps.get(key)
    if (former) steps.set(key, { ...former, times: former.times + 1 })
    else
      steps.set(key, {
        index,
        at: momentText(event.atUnixMs),
        after: phrases.after(event.atUnixMs - rootMs),
        where: whereText([event.host], event.subject, phrases),
        text: words.event(event),
        times: 1,
      })
  }
  return [...steps.values()]
}

export const incidentViews = (report: FaultReport, phrases: Phrases, words: Words): readonly IncidentView[] =>
  report.incidents.map(({ root, verdict, events, findings, ruledOut, doubtMs }) => {
    const isRoot = ({ index }: { readonly index: number }): boolean => {
      const event = report.timeline[index]
      return event?.code === root.code && event.host === root.host && event.subject === root.subject
    }
    const steps = stepsOf(report, events, root.atUnixMs, phrases, words)
    const first = steps.find(isRoot)
    return {
      verdict,
      began: momentText(root.atUnixMs),
      root: phrases.about(whereText([root.host], root.subject, phrases), `${first?.text ?? root.code}${times(first?.times ?? 1)}`),
      steps: steps.filter((step) => step !== first),
      found: [...new Set(findings.map(({ finding }) => words.finding(finding).title))],
      ruledOut: ruledOut.map((ruled) => words.cause(ruled)),
      doubt: doubtMs > 0 ? phrases.orderDoubt(doubtMs) : '',
    }
  })

/** ` ×3` */
export const times = (n: number): string => (n > 1 ? ` ×${n}` : '')
