/**
 * How many replicas a deployment should have, from its load. Quick to add (a short window, large steps), slow to take away (a long window,
 * small steps), and never on figures that are not there. Pure: two clocks come in, a monotonic one for windows and that of the wall for
 * schedules.
 */
import { boundsAt } from './bounds.ts'
import { decide, type Look } from './decide.ts'
import { judgeSignals, type Verdict } from './signals.ts'
import { bearable, freshState, type ScaleState, tooMuchAt } from './state.ts'
import type { Decision, ScaleReport, ScaleView } from './view.ts'
import { addTo } from './window.ts'

export interface ScalePlan {
  readonly replicas: number
  /** Why, with figures; empty when the number stays. */
  readonly because: string
  /** What people should know although the number stays; told once. */
  readonly warning: string
  readonly report: ScaleReport
  readonly state: ScaleState
}

export interface Moment {
  readonly monotonicMs: number
  readonly unixMs: number
}

/**
 * Looks at one deployment once: about once a second, and at once when requests wait for a deployment without replicas.
 * @param before undefined: nothing is remembered, as after a start of the controller
 */
export const planScale = (view: ScaleView, before: ScaleState | undefined, { monotonicMs: nowMs, unixMs }: Moment): ScalePlan => {
  const bounds = boundsAt(view.autoscale, unixMs)
  const signals = view.ready === 0 ? [] : judgeSignals(view.autoscale.signals, view.readings, view.ready, view.working)
  const asked = largest(signals.map(({ out }) => out))
  const enough = signals.length === 0 ? view.replicas : largest(signals.map((verdict) => verdict.enough ?? view.replicas))
  const state = remember(view, continued(view, before, nowMs), asked, enough, nowMs)
  const look: Look = { view, state, signals, bounds, asked, enough, nowMs }
  const decision = decide(look)
  const told = decision.exhausted ?? ''
  return {
    replicas: decision.replicas,
    because: decision.because,
    warning: told !== '' && state.told === '' ? decision.limit : '',
    report: { bounds, wish: wishOf(look), limit: decision.limit, signals },
    state: { ...afterwards(look, decision), told },
  }
}

const largest = (numbers: readonly number[]): number => Math.max(0, ...numbers)

/** Another number than the one planned last was set by a person, and is given its time. */
const continued = ({ replicas, revision }: ScaleView, before: ScaleState | undefined, nowMs: number): ScaleState => {
  if (before === undefined) return freshState(replicas, revision, nowMs)
  if (before.replicas === replicas && before.revision === revision) return before
  const { busyMs, tooMuch } = before
  return { ...freshState(replicas, revision, nowMs), busyMs, tooMuch: before.revision === revision ? tooMuch : undefined }
}

const remember = (view: ScaleView, before: ScaleState, asked: number, enough: number, nowMs: number): ScaleState => {
  const { replicas, ready, working, traffic, autoscale } = view
  const state = { ...before, tooMuch: tooMuchAt(before, nowMs) }
  const needed = Math.max(asked, enough, Math.min(replicas, bearable(state, working)))
  // No word from the gateways is no proof of silence.
  const isBusy = traffic === undefined || traffic.any || traffic.held > 0
  return {
    ...state,
    out: addTo(state.out, asked, nowMs, autoscale.scaleOut.stabilizationMs, Math.min),
    enough: addTo(state.enough, needed, nowMs, autoscale.scaleIn.stabilizationMs, Math.max),
    busyMs: isBusy ? nowMs : state.busyMs,
    answeredWish: ready >= replicas ? undefined : state.answeredWish,
  }
}

const wishOf = ({ signals, asked, enough }: Look): number | undefined =>
  signals.every((verdict) => verdict.enough === undefined) ? undefined : Math.max(asked, enough)

const isTrouble = ({ signal, out }: Verdict, replicas: number): boolean => out > replicas && (signal === 'waiting' || signal === 'ttft')

const afterwards = ({ view, state, signals, nowMs }: Look, { replicas, answered }: Decision): ScaleState => {
  if (replicas === view.replicas) return state
  const { working, ready } = view
  const brokeDown = answered !== undefined && signals.some((verdict) => isTrouble(verdict, view.replicas))
  return {
    ...state,
    replicas,
    ...(replicas > view.replicas ? { lastOutMs: nowMs, answeredWish: answered } : { lastInMs: nowMs }),
    // What was woken waits for its first answer, and is not idle meanwhile.
    busyMs: view.replicas === 0 ? nowMs : state.busyMs,
    ...(brokeDown && working !== undefined && working > 0 ? { tooMuch: { perReplica: working / ready, atMs: nowMs } } : {}),
  }
}
