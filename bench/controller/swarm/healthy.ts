import { describeSeries } from '../../../shared/metrics/catalogue.ts'

/** What counts something that went wrong, or is set while it does. */
const troubles =
  /errors|restarts|kills|oom|limit_hits|drops|overflows|fulls|failure|replays|throttled|pending|recovery|remapped|retired|problem|preemptions|pressure/

/** A figure of a host that is well, as hosts of a fleet are nearly all; otherwise rules of alerts would fire for every GPU, which no fleet does for long. */
export const healthyFigure = (name: string, beat: number, at: number): number => {
  const metric = describeSeries(name)?.metric ?? name
  const wobble = ((beat * 31 + at * 17) % 1_000) / 1_000
  if (troubles.test(metric)) return 0
  if (metric.endsWith('_total')) return beat * (100 + (at % 50))
  if (metric.endsWith('_ratio')) return 0.4 + wobble / 5
  if (/_(total|size|limit|max)_?(bytes)?$/.test(metric)) return 4e12
  if (/_(available|free)_bytes$/.test(metric)) return 2e12 + wobble * 1e9
  if (metric.endsWith('_bytes')) return 1e11 + wobble * 1e9
  if (metric.endsWith('_up') || metric.endsWith('_ready') || metric.endsWith('_connected')) return 1
  return wobble * 10
}
