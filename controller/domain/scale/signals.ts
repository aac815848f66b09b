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

/** Requests that wait and times to a first token say when there is too little, and nothing of how much would be enough. */
const tellsOnlyTrouble: ReadonlySet<SignalName> = new Set(['waiting', 'ttft'])

/**
 * One verdict for each signal of the spec, by `ready` replicas that serve (at least one).
 * @param working requests that engines work on now, all together; undefined: not known
 */
export const judgeSignals = (signals: ScaleSignals, readings: Readings, ready: number, working: number | undefined): readonly Verdict[] =>
  [...scalesOf(signals)].map(([signal, scale]) => {
    const reading = readings[signal]
    const shown = { signal, target: scale.showTarget }
    if (reading === undefined || reading.known === 0)
      return { ...shown, value: '-', out: 0, enough: undefined, missing: 'no figures, so nothing is taken away' }
    const missing = reading.known < ready ? `known of ${reading.known} of ${ready} replicas` : ''
    return { ...shown, value: scale.show(reading.value), missing, ...wishesOf(signal, reading, scale.target, ready, working) }
  })

/** Replicas of which nothing is known count as idle when it is about more, and as fully used when it is about fewer. */
const wishesOf = (
  signal: SignalName,
  { value, known }: Reading,
  target: number,
  ready: number,
  working: number | undefined,
): Pick<Verdict, 'out' | 'enough'> => {
  const sum = value * Math.min(known, ready)
  const least = sum / ready
  const most = (sum + target * Math.max(0, ready - known)) / ready
  const out = least > target ? Math.max(ready + 1, ceil(ready * excess(signal, least, target, ready, working))) : 0
  if (!tellsOnlyTrouble.has(signal)) return { out, enough: ceil((ready * most) / target) }
  return { out, enough: most <= target / 2 ? ready - 1 : ready }
}

/** By how much the load is larger than what is borne within the target. */
const excess = (signal: SignalName, value: number, target: number, ready: number, working: number | undefined): number => {
  // A doubled time to the first token does not mean a doubled load: queues make it grow without end.
  if (signal === 'ttft') return Math.min(2, value / target)
  if (signal !== 'waiting' || working === undefined || working === 0) return value / target
  // What waits, measured by what is worked on: ten more beside a hundred need a tenth more, not ten times as much.
  return (working + ready * value) / (working + ready * target)
}
