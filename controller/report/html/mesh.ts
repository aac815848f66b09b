/** The network between hosts as a matrix, coloured by how much of what is possible came through. Pure. */
import type { Mesh } from '../../../shared/diagnosis/mesh.ts'
import { type MeshReading, meshReadings } from '../mesh-reading.ts'
import type { Phrases } from '../phrases/phrases.ts'
import { html, type Markup, px } from './markup.ts'

const width = 980
/** With more hosts than this, cells are too small for figures: they are in their tooltips. */
const mostWithFigures = 14
const largestCell = 92

/** 0: nothing came through. 1: all that could. */
const shareOf = (reading: MeshReading, most: number): number | undefined =>
  reading.mbps === undefined ? undefined : Math.max(0, Math.min(1, reading.mbps / (reading.expectedMbps ?? (most || 1))))

/** From bad over middling to good, so that a half of the rate does not look like a mixture of mud. */
const colourOf = (share: number | undefined): string => {
  if (share === undefined) return 'var(--none)'
  if (share >= 0.8) return `color-mix(in oklab, var(--heat-good) ${Math.round(((share - 0.8) / 0.2) * 40 + 60)}%, var(--heat-mid))`
  if (share >= 0.5) return `color-mix(in oklab, var(--heat-mid) ${Math.round(((share - 0.5) / 0.3) * 100)}%, var(--heat-bad))`
  return 'var(--heat-bad)'
}

const ranges = [
  { share: 1, text: '≥ 90 %' },
  { share: 0.82, text: '≥ 80 %' },
  { share: 0.6, text: '≥ 50 %' },
  { share: 0.2, text: '< 50 %' },
]

const tooltip = (from: string, to: string, reading: MeshReading | undefined, phrases: Phrases): string => {
  const { labels } = phrases
  const figures = [
    reading?.mbps === undefined ? '' : phrases.mbps(reading.mbps),
    reading?.idleMs === undefined ? '' : `${labels.idle} ${phrases.ms(reading.idleMs)}`,
    reading?.latencyMs === undefined ? '' : `${labels.loaded} ${phrases.ms(reading.latencyMs)}`,
    reading?.lossPercent === undefined ? '' : phrases.loss(reading.lossPercent),
    reading?.skipped ?? '',
  ].filter((text) => text !== '')
  return `${from} → ${to}: ${figures.length === 0 ? labels.notMeasured : figures.join(', ')}`
}

export const meshFigure = (mesh: Mesh, phrases: Phrases): Markup => {
  const readings = meshReadings(mesh)
  const most = Math.max(0, ...[...readings.values()].flatMap((row) => [...row.values()].map(({ mbps }) => mbps ?? 0)))
  const { hosts } = mesh
  const left = Math.min(200, 20 + Math.max(...hosts.map((name) => name.length)) * 7.2)
  const cell = Math.min(largestCell, (width - left - 10) / Math.max(1, hosts.length))
  const height = Math.min(cell, 46)
  const head = hosts.length > mostWithFigures ? 14 + Math.max(...hosts.map((name) => name.length)) * 6 : 26
  const withFigures = hosts.length <= mostWithFigures
  const names = hosts.map((name, index) => {
    const [x, y] = [left + (index + 0.5) * cell, head + (index + 0.5) * height]
    const column = withFigures
      ? html`<text class="strong" x="${px(x)}" y="${head - 9}" text-anchor="middle">${name}</text>`
      : html`<text class="strong" transform="translate(${px(x + 3)} ${head - 6}) rotate(-90)">${name}</text>`
    return html`${column}<text class="strong" x="${px(left - 10)}" y="${px(y + 4)}" text-anchor="end">${name}</text>`
  })
  const cells = hosts.flatMap((from, row) =>
    hosts.map((to, column) => {
      const [x, y] = [left + column * cell, head + row * height]
      if (from === to) return html``
      const reading = readings.get(from)?.get(to)
      const figures =
        withFigures && reading?.mbps !== undefined
          ? html`<text class="cell" x="${px(x + cell / 2)}" y="${px(y + height / 2 - (reading.latencyMs === undefined ? -4 : 1))}">${phrases.mbps(reading.mbps)}</text>${
              reading.latencyMs === undefined
                ? html``
                : html`<text class="cell small" x="${px(x + cell / 2)}" y="${px(y + height / 2 + 13)}">${phrases.ms(reading.latencyMs)}</text>`
            }`
          : withFigures
            ? html`<text class="cell small" x="${px(x + cell / 2)}" y="${px(y + height / 2 + 3)}">–</text>`
            : html``
      return html`<g><title>${tooltip(from, to, reading, phrases)}</title><rect x="${px(x + 1)}" y="${px(y + 1)}" width="${px(cell - 2)}" height="${px(height - 2)}" rx="4" style="fill:${colourOf(reading && shareOf(reading, most))}"/>${figures}</g>`
    }),
  )
  const key = ranges.map(({ share, text }) => html`<span><i class="square" style="background:${colourOf(share)}"></i>${text}</span>`)
  return html`<figure><figcaption>${phrases.meshReading}</figcaption><div class="scroll"><svg viewBox="0 0 ${width} ${px(head + hosts.length * height + 6)}" role="img" aria-label="${phrases.labels.mesh}">${names}${cells}</svg></div>
<div class="legend">${key}<span><i class="square" style="background:var(--none)"></i>${phrases.labels.notMeasured}</span></div></figure>`
}
