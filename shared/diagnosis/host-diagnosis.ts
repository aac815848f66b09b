/** What one host knows of itself: the answer to a diagnose request, and what an agent sends by itself on a schedule or when something breaks. */
import { z } from 'zod'
import { checkResult } from './finding.ts'
import { subjects, triggers } from './subjects.ts'
import { timelineEvent } from './timeline.ts'

/** Values over time, for plots. */
export const series = z.strictObject({
  name: z.string().describe('A metric of docs/metrics.md.'),
  labels: z.record(z.string(), z.string()),
  atUnixMs: z.array(z.number()),
  values: z.array(z.number().nullable()),
})

export const hostDiagnosis = z.strictObject({
  id: z.string().describe('Made by the agent, so that a repeated report is stored once.'),
  subject: z.enum(subjects),
  trigger: z.enum(triggers),
  cause: z.string().describe('For a break: what broke, such as `replica/ID`. Empty otherwise.'),
  fromUnixMs: z.number(),
  toUnixMs: z.number(),
  results: z.array(checkResult),
  events: z.array(timelineEvent),
  series: z.array(series),
})

export type Series = z.output<typeof series>
export type HostDiagnosis = z.output<typeof hostDiagnosis>
