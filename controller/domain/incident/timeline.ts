import type { HostEvent } from '../../../shared/diagnosis/report.ts'

const tieBreak = ({ host, source, code, subject, line, params }: HostEvent): string =>
  [host, source, code, subject, line, JSON.stringify(params)].join('\n')

/** Oldest first, and the same order whatever the order they came in. */
export const inOrder = (events: readonly HostEvent[]): readonly HostEvent[] =>
  events
    .map((event) => ({ event, tie: tieBreak(event) }))
    .toSorted((a, b) => a.event.atUnixMs - b.event.atUnixMs || (a.tie < b.tie ? -1 : a.tie > b.tie ? 1 : 0))
    .map(({ event }) => event)
