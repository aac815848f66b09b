import type { MetricsReply__Output } from '../../../proto/generated/hostler/v1/MetricsReply.ts'
import { describeSeries } from '../../../shared/metrics/catalogue.ts'
import type { MetricFrame } from '../../../shared/metrics/frame.ts'
import { metricFrameFromWire } from '../../../shared/rpc/codec/metrics.ts'

/** One figure of a host with its labels by name. */
export interface Figure {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** The newest figures of one host. */
export interface HostFigures {
  readonly host: string
  readonly atUnixMs: number
  readonly ageMs: number
  readonly figures: readonly Figure[]
}

/** Figures under the names of the catalogue; a newer agent's that this program does not know are left out. */
export const figuresFromWire = ({ hosts }: MetricsReply__Output): readonly HostFigures[] =>
  hosts.map(({ host, frame, ageMs }) => ({
    host,
    ageMs,
    atUnixMs: frame?.atUnixMs ?? 0,
    figures: frame ? figuresOf(metricFrameFromWire(frame)) : [],
  }))

const figuresOf = ({ series, values }: MetricFrame): readonly Figure[] =>
  series.flatMap(({ name, labels }, index) => {
    const names = describeSeries(name)?.labels
    const value = values[index]
    if (!names || value === undefined || Number.isNaN(value)) return []
    return [{ name, value, labels: Object.fromEntries(names.map((label, place) => [label, labels[place] ?? ''])) }]
  })
