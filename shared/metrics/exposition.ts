import { catalogue, describeSeries, type MetricName } from './catalogue.ts'
import type { Series } from './series-table.ts'

/** Prometheus text (exposition format 0.0.4). */
export const contentType = 'text/plain; version=0.0.4; charset=utf-8'

const special = /[\\"\n]/

/** A label's value as it stands between quotes. */
export const escapeLabelValue = (value: string): string =>
  special.test(value) ? value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n') : value

const escapeHelp = (help: string): string => help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')

/** `name="value",…` without braces; empty without labels. */
export const labelText = (names: readonly string[], values: readonly string[]): string =>
  names.map((name, index) => `${name}="${escapeLabelValue(values[index] ?? '')}"`).join(',')

const numberText = (value: number): string => {
  if (Number.isFinite(value)) return String(value)
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
}

/** One sample as a line. */
export const sampleLine = (name: string, labels: string, value: number): string =>
  `${name}${labels === '' ? '' : `{${labels}}`} ${numberText(value)}\n`

/** The two lines before the samples of a metric. */
export const headLines = (name: string, help: string, type: string): string =>
  `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`

/** All series as text, by metric in the catalogue's order, each metric with its HELP and TYPE. */
export const writeExposition = (series: Iterable<Series>): string => {
  const lines = new Map<MetricName, string>()
  for (const { name, labels, value } of series) {
    const described = describeSeries(name)
    if (!described) continue
    const line = sampleLine(name, labelText(described.labels, labels), value)
    lines.set(described.metric, (lines.get(described.metric) ?? '') + line)
  }
  let text = ''
  for (const [name, { help, type }] of Object.entries(catalogue)) {
    const samples = lines.get(name as MetricName)
    if (samples !== undefined) text += headLines(name, help, type) + samples
  }
  return text
}
