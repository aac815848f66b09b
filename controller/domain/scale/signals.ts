/** What each signal says: how many replicas there should be, and what it would take to do with fewer. Pure. */
import { describeDuration } from '../../../shared/units/duration.ts'
import type { ScaleSignals, SignalName } from '../spec/autoscale.ts'

/** A figure of this moment, per replica that is ready. */
export interface Reading {
  /** Of those that it is known of: shares from 0 to 1, requests, ms, tokens a second. */
  readonly value: number
  /** How many of the ready replicas it is known of. */
  readonly known: number
}

/** Stale figures are left out like those that never came. */
export type Readings = Readonly<Partial<Record<SignalName, Reading>>>

export interface Verdict {
  readonly signal: SignalName
  /** `14 per replica` */
  readonly value: string
  readonly target: string
  /** Replicas that the load needs by this signal; 0 when it does not ask for more than there are. */
  readonly out: number
  /** Replicas that are enough by this signal; undefined: it cannot tell, and nothing is taken away. */
  readonly enough: number | undefined
  readonly missing: string
}

interface Scale {
  readonly target: number
  readonly show: (value: number) => string
  readonly showTarget: string
}

const percent = (share: number): string => `${Math.round(share * 100)} %`
const short = (value: number): string => (value >= 100 || Number.isInteger(value) ? String(Math.round(value)) : value.toPrecision(2))
const each = (value: number): string => `${short(value)} per replica`
const duration = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : ms < 60_000 ? `${short(ms / 1000)} s` : describeDuration(ms))

/** Rounding errors are no replica. */
const ceil = (value: number): number => Math.ceil(value - 1e-9)

const scalesOf = ({ gpuUtilization, waiting, kvCache, ttft, tokensPerSecond }: ScaleSignals): ReadonlyMap<SignalName, Scale> => {
  const scales: readonly (readonly [SignalName, number | undefined, (value: number) => string, string | undefined])[] = [
    ['gpuUtilization', gpuUtilization, percent, undefined],
    ['waiting', waiting, each, waiting === undefined ? undefined : short(waiting)],
    ['kvCache', kvCache, percent, undefined],
    ['ttft', ttft?.targetMs, duration, ttft && `${duration(ttft.targetMs)} at P${short(ttft.quantile * 100)}`],
    ['tokensPerSecond', tokensPerSecond, each, tokensPerSecond === undefined ? undefined : short(tokensPerSecond)],
  ]
  return new Map(
    scales.flatMap(([name, target, show, showTarget]) =>
      target === undefined ? [] : [[name, { target, show, showTarget: showTarget ?? show(target) }] as const],
    ),
  )
}

/** Fewer replicas must get by with this share of the target, so that a load at the edge does not make the number go to and fro. */
const headroom = 0.9

/** Requests that wait and times to a first token say when there is too little, and nothing of how much would be enough. */
const tellsOnlyTrouble: ReadonlySet<SignalName> = new Set(['waiting', 'ttft'])

/**
 * One verdict for each signal of the spec, by `ready` replicas that serve (at least one).
 * @param working requests that engines work on now, all together; undefined: not known
 */
export const judgeSignals = (signals: ScaleSignals, readings: Readings, ready: number, working: number | undefined): readonly Verdict[] => {
  const scales = scalesOf(signals)
  // Beside a signal that measures the load, those that tell only of trouble need not feel their way.
  const measured = [...scales.keys()].some((signal) => !tellsOnlyTrouble.has(signal))
  return [...scales].map(([signal, scale]) => {
    const reading = readings[signal]
    const shown = { signal, target: scale.showTarget }
    if (reading === undefined || reading.known === 0)
      return { ...shown, value: '-', out: 0, enough: undefined, missing: 'no figures, so nothing is taken away' }
    const missing = reading.known < ready ? `known of ${reading.known} of ${ready} replicas` : ''
    return { ...shown, value: scale.show(reading.value), missing, ...wishesOf(signal, reading, scale.target, ready, working, measured) }
  })
}

/** Replicas of which nothing is known count as idle when it is about more, and as fully used when it is about fewer. */
const wishesOf = (
  signal: SignalName,
  { value, known }: Reading,
  target: number,
  ready: number,
  working: number | undefined,
  measured: boolean,
): Pick<Verdict, 'out' | 'enough'> => {
  const sum = value * Math.min(known, ready)
  const least = sum / ready
  const most = (sum + target * Math.max(0, ready - known)) / ready
  const out = least > target ? Math.max(ready + 1, ceil(ready * excess(signal, least, target, ready, working))) : 0
  if (!tellsOnlyTrouble.has(signal)) {
    const needed = ceil((ready * most) / target)
    return { out, enough: most > target ? needed : Math.min(ready, ceil((ready * most) / (target * headroom))) }
  }
  if (most > target / 2) return { out, enough: ready }
  return { out, enough: measured ? 1 : ready - 1 }
}

/** A line grows for as long as replicas load; it is no measure of how many more it takes to serve it. */
const mostGrowth = 4

/** By how much the load is larger than what is borne within the target. */
const excess = (signal: SignalName, value: number, target: number, ready: number, working: number | undefined): number => {
  // A doubled time to the first token does not mean a doubled load: queues make it grow without end.
  if (signal === 'ttft') return Math.min(2, value / target)
  if (signal !== 'waiting') return value / target
  if (working === undefined || working === 0) return Math.min(mostGrowth, value / target)
  // What waits, measured by what is worked on: ten more beside a hundred need a tenth more, not ten times as much.
  return Math.min(mostGrowth, (working + ready * value) / (working + ready * target))
}
