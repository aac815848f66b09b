/** What happened on a host, from every source on one line of time. */
import { z } from 'zod'
import { params } from './finding.ts'

export const eventSources = ['kernel', 'gpu', 'engine', 'container', 'network', 'storage', 'tuning', 'agent'] as const

export const timelineEvent = z.strictObject({
  atUnixMs: z.number(),
  source: z.enum(eventSources),
  code: z.string().describe('Such as kernel.xid, engine.cuda-oom, container.exit, tuning.drift.'),
  subject: z.string().describe('As in findings.'),
  params,
  line: z.string().describe('The line that said so, identities removed; empty when none did.'),
})

export type EventSource = (typeof eventSources)[number]
export type TimelineEvent = z.output<typeof timelineEvent>
