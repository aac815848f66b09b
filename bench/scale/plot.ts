/** A run as a picture: one curve of load above, and below it for each policy what was ready of what was wanted, and who waited. Self-contained SVG. */
import type { Curve } from './curves.ts'
import { max } from './policies.ts'
import type { Outcome } from './simulate.ts'

export interface Panel {
  readonly title: string
  readonly outcome: Outcome
}

const width = 960
const left = 64
const right = 250
const plotWidth = width - left - right
const loadHeight = 110
const panelHeight = 84
const gap = 30
const top = 46

/** Read on white and on dark pages alike. */
const style = `<style>
    text { fill: #24292f; font: 12px system-ui, sans-serif }
    .quiet { fill: #57606a } .title { font-weight: 600; font-size: 14px }
    .page { fill: #ffffff } .frame { fill: none; stroke: #d0d7de }
    .load { fill: none; stroke: #57606a; stroke-width: 1.2 }
    .ready { fill: #0969da; fill-opacity: .28; stroke: #0969da; stroke-width: 1.2 }
    .wanted { fill: none; stroke: #0969da; stroke-width: 1; stroke-dasharray: 3 3 }
    .waiting { fill: #cf222e; fill-opacity: .75 }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3 } .quiet { fill: #9198a1 } .page { fill: #0d1117 } .frame { stroke: #3d444d } .load { stroke: #9198a1 }
      .ready, .wanted { stroke: #4493f8 } .ready { fill: #4493f8 } .waiting { fill: #f85149 }
    }
  </style>`

const round = (value: number): string => value.toFixed(1)

/** Steps, not slopes: a replica is there or it is not. */
const steps = (points: readonly (readonly [x: number, y: number])[]): string =>
  points
    .flatMap(([x, y], at) => {
      const before = points[at - 1]
      if (before === undefined) return [`M${round(x)} ${round(y)}`]
      return before[1] === y && at < points.length - 1 ? [] : [`H${round(x)}`, `V${round(y)}`]
    })
    .join('')

const hours = (seconds: number): string => {
  const every = seconds > 12 * 3600 ? 4 : 1
  return Array.from({ length: Math.floor(seconds / 3600 / every) + 1 }, (_, index) => {
    const hour = index * every
    return `<text class="quiet" x="${round(left + (hour * 3600 * plotWidth) / seconds)}" y="{y}" text-anchor="middle">${hour} h</text>`
  }).join('')
}

const loadPart = (curve: Curve, y: number): string => {
  const bins = 240
  const size = curve.seconds / bins
  const rates = Array.from({ length: bins }, (_, bin) => {
    const part = curve.rates.slice(Math.floor(bin * size), Math.floor((bin + 1) * size))
    return part.reduce((sum, rate) => sum + rate, 0) / part.length
  })
  const peak = Math.max(...rates)
  const path = rates.map(
    (rate, bin) =>
      `${bin === 0 ? 'M' : 'L'}${round(left + (bin * plotWidth) / bins)} ${round(y + loadHeight - (rate / peak) * (loadHeight - 8))}`,
  )
  return `<rect class="frame" x="${left}" y="${y}" width="${plotWidth}" height="${loadHeight}"/>
  <path class="load" d="${path.join('')}"/>
  <text class="quiet" x="${left - 8}" y="${y + 14}" text-anchor="end">${round(peak)}/s</text>
  <text x="${left + plotWidth + 14}" y="${y + 16}">requests a second</text>`
}

const panelPart = ({ title, outcome }: Panel, seconds: number, y: number): string => {
  const x = (second: number) => left + (second * plotWidth) / seconds
  const height = (replicas: number) => y + panelHeight - (replicas / max) * (panelHeight - 6)
  const end = (points: (readonly [number, number])[]) => [...points, [left + plotWidth, points.at(-1)?.[1] ?? y] as const]
  const ready = steps(end(outcome.track.map(({ second, ready: count }) => [x(second), height(count)] as const)))
  const wanted = steps(end(outcome.track.map(({ second, wanted: count }) => [x(second), height(count)] as const)))
  const bottom = y + panelHeight
  // The root keeps a hundred that wait and a thousand that wait on one picture.
  const bars = outcome.track
    .filter(({ waiting }) => waiting > 0)
    .map(({ second, waiting }) => `M${round(x(second))} ${bottom}v${round(-Math.min(panelHeight, Math.sqrt(waiting) * 2))}h1.5V${bottom}z`)
  const lines = [
    title,
    `${outcome.replicaHours.toFixed(1)} replica-hours`,
    `${outcome.waitedLongPercent.toFixed(1)} % waited > 10 s`,
    `TTFT P95 ${outcome.ttftP95S.toFixed(1)} s`,
    `${outcome.scaleActions} actions, ${outcome.flaps} back within 15 min`,
  ]
  const text = lines.map(
    (line, at) =>
      `<text${at === 0 ? ' font-weight="600"' : ' class="quiet"'} x="${left + plotWidth + 14}" y="${y + 14 + at * 16}">${line}</text>`,
  )
  return `<rect class="frame" x="${left}" y="${y}" width="${plotWidth}" height="${panelHeight}"/>
  <path class="ready" d="${ready}V${bottom}H${left}z"/><path class="wanted" d="${wanted}"/><path class="waiting" d="${bars.join('')}"/>
  <text class="quiet" x="${left - 8}" y="${y + 12}" text-anchor="end">${max}</text><text class="quiet" x="${left - 8}" y="${bottom}" text-anchor="end">0</text>
  ${text.join('')}`
}

export const plot = (curve: Curve, panels: readonly Panel[]): string => {
  const firstY = top + loadHeight + gap
  const height = firstY + panels.length * (panelHeight + gap) + 24
  const parts = panels.map((panel, at) => panelPart(panel, curve.seconds, firstY + at * (panelHeight + gap)))
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">
  <title>${curve.title}: replicas by policy</title>
  ${style}
  <rect class="page" width="${width}" height="${height}"/>
  <text class="title" x="${left}" y="26">${curve.title}</text>
  <text class="quiet" x="${width - 16}" y="26" text-anchor="end">blue: replicas ready, dashed: wanted; red: requests waiting (root scale)</text>
  ${loadPart(curve, top)}
  ${parts.join('\n  ')}
  ${hours(curve.seconds).replaceAll('{y}', String(height - 26))}
</svg>
`
}
