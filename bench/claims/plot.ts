/** Lines over one axis, as self-contained SVG that reads on white and on dark pages. */
export interface Line {
  readonly title: string
  readonly points: readonly (readonly [x: number, y: number])[]
}

export interface Panel {
  readonly title: string
  readonly lines: readonly Line[]
  readonly logarithmic?: boolean
}

const width = 960
const left = 70
const plotWidth = 620
const panelHeight = 200
const gap = 56
const top = 64
const colours = ['#cf222e', '#9a6700', '#0969da', '#1a7f37']

const style = `<style>
    text { fill: #24292f; font: 12px system-ui, sans-serif }
    .quiet { fill: #57606a } .title { font-weight: 600; font-size: 14px }
    .page { fill: #ffffff } .frame { fill: none; stroke: #d0d7de } .line { fill: none; stroke-width: 1.8 }
    @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .quiet { fill: #9198a1 } .page { fill: #0d1117 } .frame { stroke: #3d444d } }
  </style>`

const ticksOf = (most: number, logarithmic: boolean): readonly number[] => {
  if (logarithmic) return [10, 100, 1_000, 10_000, 100_000].filter((tick) => tick <= most * 1.01)
  const step = 10 ** Math.floor(Math.log10(most)) / 2
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step).filter(
    (_, index) => most / step < 8 || index % 2 === 0,
  )
}

const panelPart = ({ title, lines, logarithmic = false }: Panel, y: number, mostX: number): string => {
  const most = Math.max(...lines.flatMap(({ points }) => points.map(([, value]) => value))) * 1.05
  const share = (value: number) => (logarithmic ? Math.log10(Math.max(value, 10) / 10) / Math.log10(most / 10) : value / most)
  const x = (value: number) => (left + (value / mostX) * plotWidth).toFixed(1)
  const height = (value: number) => (y + panelHeight - share(value) * panelHeight).toFixed(1)
  const ticks = ticksOf(most, logarithmic).map(
    (tick) => `<text class="quiet" x="${left - 8}" y="${Number(height(tick)) + 4}" text-anchor="end">${tick.toLocaleString('en')}</text>`,
  )
  const drawn = lines.map(({ title: name, points }, at) => {
    const path = points.map(([px, py], index) => `${index === 0 ? 'M' : 'L'}${x(px)} ${height(py)}`).join('')
    return `<path class="line" stroke="${colours[at % colours.length]}" d="${path}"/>
  <text x="${left + plotWidth + 16}" y="${y + 16 + at * 18}" style="fill:${colours[at % colours.length]}">${name}</text>`
  })
  return `<rect class="frame" x="${left}" y="${y}" width="${plotWidth}" height="${panelHeight}"/>
  <text x="${left}" y="${y - 8}">${title}</text>
  ${[...ticks, ...drawn].join('\n  ')}`
}

export const plot = (title: string, xTitle: string, panels: readonly Panel[]): string => {
  const mostX = Math.max(...panels.flatMap(({ lines }) => lines.flatMap(({ points }) => points.map(([x]) => x))))
  const bottom = top + panels.length * (panelHeight + gap) - gap
  const ticks = ticksOf(mostX, false).map(
    (tick) =>
      `<text class="quiet" x="${(left + (tick / mostX) * plotWidth).toFixed(1)}" y="${bottom + 18}" text-anchor="middle">${tick.toLocaleString('en')}</text>`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${bottom + 50}" role="img">
  <title>${title}</title>
  ${style}
  <rect class="page" width="${width}" height="${bottom + 50}"/>
  <text class="title" x="${left}" y="26">${title}</text>
  ${panels.map((panel, at) => panelPart(panel, top + at * (panelHeight + gap), mostX)).join('\n  ')}
  ${ticks.join('\n  ')}
  <text class="quiet" x="${left + plotWidth}" y="${bottom + 38}" text-anchor="end">${xTitle}</text>
</svg>
`
}
