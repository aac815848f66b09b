/** A fault report: what was found, for a manager in one line and for an engineer with evidence. Its JSON form is published in docs/schema. */
import { z } from 'zod'
import { checkResult, finding, ruledOut } from './finding.ts'
import { series } from './host-diagnosis.ts'
import { mesh } from './mesh.ts'
import { subjects, triggers } from './subjects.ts'
import { timelineEvent } from './timeline.ts'
import { verdicts } from './verdict.ts'

const hostEvent = timelineEvent.extend({ host: z.string() })

/** Several events and findings with one root. */
export const incident = z.strictObject({
  root: z.strictObject({
    code: z.string().describe('Of the event or finding that began it.'),
    host: z.string(),
    subject: z.string(),
    atUnixMs: z.number(),
  }),
  verdict: z.enum(verdicts),
  events: z.array(z.int()).describe('Positions in the timeline, oldest first.'),
  findings: z.array(z.strictObject({ host: z.string(), finding })),
  ruledOut: z.array(ruledOut),
})

export const reportVersion = 1

export const faultReport = z.strictObject({
  schema: z.literal(reportVersion),
  id: z.string(),
  subject: z.enum(subjects),
  trigger: z.enum(triggers),
  cause: z.string(),
  atUnixMs: z.number(),
  fromUnixMs: z.number(),
  toUnixMs: z.number(),
  verdict: z.enum(verdicts),
  headline: finding.nullable().describe('The finding that the one-line verdict is about; null when there is none.'),
  hosts: z.array(
    z.strictObject({
      name: z.string(),
      results: z.array(checkResult),
      problem: z.string().describe('Why the host could not be looked at; empty when it could.'),
    }),
  ),
  fleet: z.array(checkResult).describe('What only several hosts together show, such as a switch.'),
  incidents: z.array(incident),
  timeline: z.array(hostEvent),
  mesh: mesh.nullable(),
  series: z.array(series.extend({ host: z.string() })),
})

export type HostEvent = z.output<typeof hostEvent>
export type Incident = z.output<typeof incident>
export type FaultReport = z.output<typeof faultReport>

/** What a list of reports shows. */
export interface ReportSummary {
  readonly id: string
  readonly subject: FaultReport['subject']
  readonly trigger: FaultReport['trigger']
  readonly atUnixMs: number
  readonly verdict: FaultReport['verdict']
  readonly hosts: readonly string[]
  readonly headline: FaultReport['headline']
}
