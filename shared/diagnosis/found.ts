import type { CauseCode, CauseParams, EventCode, EventParams, FindingCode, FindingParams } from './catalogue.ts'
import type { confidences, Evidence, Finding, Params, RuledOut } from './finding.ts'
import type { EventSource, TimelineEvent } from './timeline.ts'
import type { Verdict } from './verdict.ts'

interface Details<Code extends FindingCode> {
  /** `host`, `gpu/UUID`, `nic/NAME`, `replica/ID`, … */
  readonly subject: string
  readonly params: FindingParams[Code]
  readonly evidence: readonly Evidence[]
  /** certain unless said otherwise. */
  readonly confidence?: (typeof confidences)[number]
  readonly ruledOut?: readonly RuledOut[]
}

/** A finding of the catalogue; its parameters are those that its words need. */
export const found = <Code extends FindingCode>(code: Code, verdict: Verdict, details: Details<Code>): Finding => ({
  code,
  verdict,
  subject: details.subject,
  params: details.params as Params,
  confidence: details.confidence ?? 'certain',
  evidence: [...details.evidence],
  ruledOut: [...(details.ruledOut ?? [])],
})

export const notTheCause = <Code extends CauseCode>(cause: Code, params: CauseParams[Code]): RuledOut => ({
  cause,
  params: params as Params,
})

/** An event of the timeline. `line` is what said so, word for word; empty when nothing did. */
export const happened = <Code extends EventCode>(
  code: Code,
  event: {
    readonly atUnixMs: number
    readonly source: EventSource
    readonly subject: string
    readonly params: EventParams[Code]
    readonly line?: string
  },
): TimelineEvent => ({ ...event, code, params: event.params as Params, line: event.line ?? '' })
