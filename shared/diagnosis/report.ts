/** A fault report: what was found, for a manager in one line and for an engineer with evidence. Its JSON form is published in docs/schema. */
import { z } from 'zod'
import { checkResult, finding, ruledOut } from './finding.ts'
import { series } from './host-diagnosis.ts'
import { mesh } from './mesh.ts'
import { subjects, triggers } from './subjects.ts'
import { timelineEvent } from './timeline.ts'
import { verdicts } from './verdict.ts'

const hostEvent = timelineEvent.extend({ host: z.string() })
const hostFinding = z.strictObject({ host: z.string().describe('Empty: what only several hosts together show.'), finding })

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
  findings: z.array(hostFinding),
  ruledOut: z.array(ruledOut),
  doubtMs: z
    .number()
    .describe('How far the clocks of its hosts may be apart; events of different hosts closer than this have no known order.'),
})

export const reportVersion = 1

/** looked: what a PASS rests on. points: every other figure of a series. events: old ones that belong to no incident. */
export const partsLeftOut = ['looked', 'mesh-evidence', 'points', 'evidence', 'events', 'series'] as const

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
  headline: hostFinding.nullable().describe('The finding that the one-line verdict is about; null when there is none.'),
  hosts: z.array(
    z.strictObject({
      name: z.string(),
      results: z.array(checkResult),
      problem: z
        .strictObject({ code: z.string().describe('Of docs/errors.md.'), message: z.string() })
        .nullable()
        .describe('Why the host could not be looked at; null when it could.'),
      clock: z
        .strictObject({ aheadMs: z.number(), doubtMs: z.number() })
        .nullable()
        .describe("Of this host, against the controller's; null when it is not known. Times in this report are the controller's."),
    }),
  ),
  fleet: z.array(checkResult).describe('What only several hosts together show, such as a switch.'),
  incidents: z.array(incident),
  timeline: z.array(hostEvent),
  mesh: mesh.nullable(),
  series: z.array(series.extend({ host: z.string() })),
  leftOut: z.array(z.enum(partsLeftOut)).describe('What a report of very many hosts has no room for.'),
})

export type HostFinding = z.output<typeof hostFinding>
export type HostEvent = z.output<typeof hostEvent>
export type Incident = z.output<typeof incident>
export type FaultReport = z.output<typeof faultReport>
export type LeftOut = (typeof partsLeftOut)[number]

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
