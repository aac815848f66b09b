import { happened } from '../../shared/diagnosis/found.ts'
import type { TimelineEvent } from '../../shared/diagnosis/timeline.ts'

/** Drift as the timeline tells it. */
export const driftEvent = (key: string, expected: string, found: string, atUnixMs: number): TimelineEvent =>
  happened('tuning.drift', { atUnixMs, source: 'tuning', subject: 'host', params: { key, expected, found } })
