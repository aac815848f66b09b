/** The timeline as a picture: a lane a host, a mark an event, a curve from the root of each incident to what followed. Pure. */

import type { FaultReport } from '../../../shared/diagnosis/report.ts'
import { type EventSource, eventSources } from '../../../shared/diagnosis/timeline.ts'
import { worstOf } from '../../../shared/diagnosis/verdict.ts'
import type { ReportView } from '../view.ts'
import { html, type Markup, px, when } from './markup.ts'
import { linear, timeLabel, timeTicks } from './scale.ts'

const width = 980
const right = 24
const laneHeight = 44
const laneGap = 6
const top = 8
const mostLanes = 24
const radius = 5
/** Marks closer than this stand above one another. */
const apartPx = 9
const mostStacked = 4

const colours: Readonly<Record<EventSource, string>> = {
  kernel: '--c7',
  gpu: '--c3',
  engine: '--c1',
  container: '--c2',
  network: '--c6',
  storage: '--c5',
  tuning: '--c8',
  agent: '--c4',
}

/** More marks than this are a smear, and a page that is slow to open. */
const mostMarks = 1_500

interface Mark {
  readonly index: number
  readonly x: number
  readonly y: number
}

const spanOf = ({ fromUnixMs, toUnixMs, timeline }: FaultReport): readonly [number, number] => {
  const times = timeline.map(({ atUnixMs }) => atUnixMs)
  const [first, last] = [Math.min(...times), Math.max(...times)]
  // A minute of trouble in a window of a day would be one dot: the picture is of the trouble.
  const margin = Math.max(5_000, (last - first) * 0.06)
  return [Math.max(Math.min(fromUnixMs, first), first - margin), Math.min(Math.max(toUnixMs, last), last + margin)]
}

/** Events of incidents, and of the others the newest. */
const drawn = ({ timeline, incidents }: FaultReport): ReadonlySet<number> => {
  const told = incidents.flatMap(({ events }) => events)
  const known = new Set(told)
  const others = timeline.flatMap((_, index) => (known.has(index) ? [] : [index]))
  return new Set([...told.slice(0, mostMarks), ...others.slice(-Math.max(1, mostMarks - told.length))])
}

const marksOf = (report: FaultReport, lanes: readonly string[], x: (ms: number) => number): ReadonlyMap<number, Mark> => {
  const marks = new Map<number, Mark>()
  const lastX = new Map<string, { x: number; stacked: number }>()
  const wanted = drawn(report)
  for (const [index, { host, atUnixMs }] of report.timeline.entries()) {
    const lane = lanes.indexOf(host)
    if (lane === -1 || !wanted.has(index)) continue
    const at = x(atUnixMs)
    const before = lastX.get(host)
    const stacked = before && at - before.x < apartPx ? (before.stacked + 1) % mostStacked : 0
    lastX.set(host, { x: at, stacked })
    // From the middle of the lane, in turn above and below.
    const offset = Math.ceil(stacked / 2) * (stacked % 2 === 1 ? -1 : 1) * 10
    marks.set(index, { index, x: at, y: top + lane * (laneHeight + laneGap) + laneHeight / 2 + offset })
  }
  return marks
}

const curve = (from: Mark, to: Mark): string => {
  const middle = (from.x + to.x) / 2
  return `M${px(from.x)} ${px(from.y)}C${px(middle)} ${px(from.y)} ${px(middle)} ${px(to.y)} ${px(to.x)} ${px(to.y)}`
}

export const timelineFigure = ({ report, timeline, phrases }: ReportView): Markup => {
  if (timeline.length === 0) return html``
  const lanes = [...new Set(report.timeline.map(({ host }) => host))].toSorted().slice(0, mostLanes)
  const left = Math.min(220, 24 + Math.max(...lanes.map((name) => name.length)) * 7.2)
  const [from, to] = spanOf(report)
  const x = linear([from, to], [left + 8, width - right], timeTicks(from, to, 8))
  const marks = marksOf(report, lanes, x)
  const bottom = top + lanes.length * (laneHeight + laneGap)
  const roots = new Set<number>()
  const curves = report.incidents.flatMap(({ events, root, verdict }) => {
    const first = events.find((index) => {
      const event = report.timeline[index]
      return event?.code === root.code && event.host === root.host && event.subject === root.subject
    })
    const start = first === undefined ? undefined : marks.get(first)
    if (!start) return []
    roots.add(start.index)
    return events.slice(0, 60).flatMap((index) => {
      const end = marks.get(index)
      return !end || end === start
        ? []
        : [
            html`<path d="${curve(start, end)}" class="${verdict}" fill="none" stroke="var(--tone)" stroke-width="1.5" stroke-opacity=".45"/>`,
          ]
    })
  })
  const used = eventSources.filter((source) => report.timeline.some((event) => event.source === source))
  return html`<figure><div class="scroll"><svg viewBox="0 0 ${width} ${bottom + 26}" role="img" aria-label="${phrases.labels.timeline}" class="${worstOf(report.incidents.map(({ verdict }) => verdict))}">
${lanes.map((name, lane) => {
  const y = top + lane * (laneHeight + laneGap)
  return html`<rect class="lane" x="${px(left)}" y="${y}" width="${px(width - left - 8)}" height="${laneHeight}" rx="6"/><text class="strong" x="0" y="${y + laneHeight / 2 + 4}">${name}</text>`
})}
${x.ticks.map(
  (tick) =>
    html`<line class="grid" x1="${px(x(tick))}" x2="${px(x(tick))}" y1="${top}" y2="${bottom}"/><text class="faint" x="${px(x(tick))}" y="${bottom + 16}" text-anchor="middle">${timeLabel(tick, to - from)}</text>`,
)}
${curves}
${[...marks.values()].map(({ index, x: at, y }) => {
  const row = timeline[index]
  const event = report.timeline[index]
  if (!row || !event) return html``
  const title = html`<title>${row.at} ${row.host} ${row.text}</title>`
  return roots.has(index)
    ? html`<g><circle cx="${px(at)}" cy="${px(y)}" r="${radius + 5}" fill="none" stroke="var(--tone)" stroke-width="2"/><circle class="mark" cx="${px(at)}" cy="${px(y)}" r="${radius + 1}" fill="var(${colours[event.source]})">${title}</circle></g>`
    : html`<circle class="mark" cx="${px(at)}" cy="${px(y)}" r="${radius}" fill="var(${colours[event.source]})">${title}</circle>`
})}
</svg></div><div class="legend">${used.map((source) => html`<span><i style="background:var(${colours[source]})"></i>${phrases.sources[source]}</span>`)}${when(
    roots.size > 0,
    () => html`<span><i style="background:none;border:2px solid var(--critical)"></i>${phrases.labels.root}</span>`,
  )}</div></figure>`
}
