/** What was measured over time, a small plot for each metric. Pure. */
import type { FaultReport } from '../../../shared/diagnosis/report.ts'
import type { ReportView } from '../view.ts'
import { shortUuid } from '../where.ts'
import { html, type Markup, px } from './markup.ts'
import { linear, niceTicks, shortNumber, timeLabel, timeTicks } from './scale.ts'

type Series = FaultReport['series'][number]

const width = 460
const height = 150
const [left, right, top, bottom] = [42, 10, 8, 22]
/** More lines than this cannot be told apart. */
const mostLines = 8
const mostPlots = 16

const labelOf = ({ host, labels }: Series, withHost: boolean): string =>
  [
    withHost ? host : '',
    ...Object.entries(labels).map(([name, value]) => (name === 'gpu' || name === 'uuid' ? `GPU ${shortUuid(value)}` : value)),
  ]
    .filter((text) => text !== '')
    .join(' · ')

/** A gap where nothing was measured: absent is not zero. */
const pathOf = ({ atUnixMs, values }: Series, x: (value: number) => number, y: (value: number) => number): string => {
  let path = ''
  let pen = false
  for (const [index, at] of atUnixMs.entries()) {
    const value = values[index]
    if (value === null || value === undefined || !Number.isFinite(value)) {
      pen = false
      continue
    }
    path += `${pen ? 'L' : 'M'}${px(x(at))} ${px(y(value))}`
    // A lone point is a dot.
    if (!pen && (values[index + 1] ?? null) === null) path += 'h0'
    pen = true
  }
  return path
}

/** The largest first: with more lines than can be shown, those are what matters. */
const chosen = (series: readonly Series[]): readonly Series[] =>
  series
    .toSorted((a, b) => Math.max(...b.values.map((value) => value ?? 0)) - Math.max(...a.values.map((value) => value ?? 0)))
    .slice(0, mostLines)

const plot = (name: string, all: readonly Series[], { report, phrases }: ReportView): Markup => {
  const series = chosen(all)
  const values = series.flatMap((one) => one.values.filter((value) => value !== null))
  const times = series.flatMap(({ atUnixMs }) => atUnixMs)
  if (values.length === 0) return html``
  const [from, to] = [Math.min(...times), Math.max(...times)]
  const ticks = niceTicks(Math.min(0, ...values), Math.max(...values), 3)
  const y = linear([ticks[0] ?? 0, ticks.at(-1) ?? 1], [height - bottom, top], ticks)
  const x = linear([from, to], [left, width - right], timeTicks(from, to, 5))
  const withHost = new Set(all.map(({ host }) => host)).size > 1
  const roots = report.incidents.filter(({ root }) => root.atUnixMs >= from && root.atUnixMs <= to)
  return html`<figure><figcaption><b>${name}</b>${all.length > series.length ? ` · ${series.length}/${all.length}` : ''}</figcaption>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${name}">
${y.ticks.map((tick) => html`<line class="grid" x1="${left}" x2="${width - right}" y1="${px(y(tick))}" y2="${px(y(tick))}"/><text class="faint" x="${left - 6}" y="${px(y(tick) + 4)}" text-anchor="end">${shortNumber(tick)}</text>`)}
${x.ticks.map((tick) => html`<text class="faint" x="${px(x(tick))}" y="${height - 6}" text-anchor="middle">${timeLabel(tick, to - from)}</text>`)}
${roots.map(({ root, verdict }) => html`<line class="${verdict}" x1="${px(x(root.atUnixMs))}" x2="${px(x(root.atUnixMs))}" y1="${top}" y2="${height - bottom}" stroke="var(--tone)" stroke-dasharray="3 3"><title>${phrases.labels.root}</title></line>`)}
${series.map((one, index) => html`<path d="${pathOf(one, x, y)}" fill="none" stroke="var(--c${index + 1})" stroke-width="1.6" stroke-linejoin="round" stroke-linecap="round"><title>${labelOf(one, withHost)}</title></path>`)}
</svg><div class="legend">${series.flatMap((one, index) => {
    const label = labelOf(one, withHost)
    return label === '' ? [] : [html`<span><i class="bar" style="background:var(--c${index + 1})"></i>${label}</span>`]
  })}</div></figure>`
}

export const plots = (view: ReportView): readonly Markup[] =>
  [...Map.groupBy(view.report.series, ({ name }) => name)].slice(0, mostPlots).map(([name, series]) => plot(name, series, view))
