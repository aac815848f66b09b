/** From wishes to a number: what holds it back, in the order in which it counts. Pure. */
import { describeDuration } from '../../../shared/units/duration.ts'
import type { Bounds } from './bounds.ts'
import type { Verdict } from './signals.ts'
import { bearable, type ScaleState } from './state.ts'
import type { Decision, ScaleView } from './view.ts'
import { extremeOf } from './window.ts'

/** One look at one deployment: all that a decision is made from. */
export interface Look {
  readonly view: ScaleView
  readonly state: ScaleState
  readonly signals: readonly Verdict[]
  readonly bounds: Bounds
  /** The most that any signal asks for; 0: none asks for more. */
  readonly asked: number
  /** As many as all signals together find enough. */
  readonly enough: number
  readonly nowMs: number
}

const hold = (replicas: number, limit: string): Decision => ({ replicas, because: '', limit })
const set = (replicas: number, because: string): Decision => ({ replicas, because, limit: '' })

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
const asText = ({ signal, value, target }: Verdict): string => `${signal} ${value}, target ${target}`

export const decide = (look: Look): Decision => {
  const { view, bounds } = look
  const { replicas, rollout, unplaced } = view
  if (replicas === 0) return wake(look)
  if (rollout !== undefined && !rollout.mayGrow && !(unplaced > 0 && isIdle(look))) return hold(replicas, rollout.what)
  if (replicas < bounds.min) return set(bounds.min, bounds.schedule ?? `min is ${bounds.min}`)
  if (replicas > bounds.max) return set(bounds.max, `max is ${bounds.max}`)
  return look.asked > replicas ? scaleOut(look) : scaleIn(look)
}

const wake = ({ view, bounds }: Look): Decision => {
  const held = view.traffic?.held ?? 0
  if (bounds.min > 0) return set(bounds.min, bounds.schedule ?? `min is ${bounds.min}`)
  if (held > 0) return set(1, `${counted(held, 'request')} wait${held === 1 ? 's' : ''} at gateways for a first replica`)
  return hold(0, 'sleeps until a request comes')
}

const scaleOut = ({ view, state, signals, bounds, asked, nowMs }: Look): Decision => {
  const { replicas, ready, unplaced, unplacedHint } = view
  const { stabilizationMs, maxStep, everyMs } = view.autoscale.scaleOut
  const wishes = `wishes ${asked}`
  if (replicas >= bounds.max) return { ...hold(replicas, `${wishes}, and max is ${bounds.max}`), exhausted: 'max' }
  if (unplaced > 0) {
    const why = `${counted(unplaced, 'replica')} ${unplaced === 1 ? 'has' : 'have'} no place${unplacedHint === '' ? '' : `: ${unplacedHint}`}`
    return { ...hold(replicas, `${wishes}, and ${why}`), exhausted: 'place' }
  }
  const lasting = extremeOf(state.out, Math.min, 0)
  if (lasting <= replicas || nowMs - state.sinceMs < stabilizationMs)
    return hold(replicas, `${wishes}, which must last ${describeDuration(stabilizationMs)}`)
  if (ready < replicas && state.answeredWish !== undefined && lasting <= state.answeredWish)
    return hold(
      replicas,
      `${wishes}, and ${counted(replicas - ready, 'replica')} of that ${replicas - ready === 1 ? 'is' : 'are'} still loading`,
    )
  if (state.lastOutMs !== undefined && nowMs - state.lastOutMs < everyMs)
    return hold(replicas, `${wishes}, one step every ${describeDuration(everyMs)}`)
  const next = Math.min(lasting, replicas + maxStep, bounds.max)
  const asking = signals.filter(({ out }) => out > replicas).map(asText)
  const cut = next === lasting ? '' : `; wishes ${lasting}, ${next === bounds.max ? `max is ${next}` : `at most ${maxStep} at once`}`
  return { ...set(next, `${asking.join('; ')}, over ${describeDuration(stabilizationMs)}${cut}`), answered: lasting }
}

/** It may sleep, and nobody has asked for it for so long. */
const isIdle = ({ view: { autoscale }, state, bounds, nowMs }: Look): boolean =>
  bounds.min === 0 && nowMs - state.busyMs >= autoscale.idleMs

const scaleIn = (look: Look): Decision => {
  const { view, state, signals, bounds, nowMs } = look
  const { replicas, ready, unplaced, frozen, rollout, autoscale } = view
  const { stabilizationMs, maxStep, everyMs } = autoscale.scaleIn
  const sleeps = isIdle(look)
  const least = sleeps ? 0 : Math.max(1, bounds.min)
  const enough = sleeps ? 0 : Math.max(least, look.enough)
  if (enough >= replicas) return hold(replicas, '')
  const held = (why: string): Decision => hold(replicas, `${enough} would be enough, ${why}`)
  if (frozen) return held('and nothing is taken away while the mass-failure brake is on')
  // A rollout that has no room would hold what serves nobody for ever; what wakes next begins with the new revision.
  if (rollout !== undefined && !(sleeps && unplaced > 0)) return held(`and ${rollout.what}`)
  if (ready < replicas - unplaced)
    return held(`and ${counted(replicas - ready, 'replica')} ${replicas - ready === 1 ? 'is' : 'are'} not ready`)
  if (sleeps) return set(0, `no request for ${describeDuration(autoscale.idleMs)}`)
  const borne = bearable(state, view.working)
  if (borne >= replicas)
    return held(
      `and ${view.working} requests at work on ${replicas - 1} come near to what was too much: ${state.tooMuch?.perReplica.toFixed(1)} each`,
    )
  const needed = Math.max(least, extremeOf(state.enough, Math.max, replicas))
  if (needed >= replicas || nowMs - state.sinceMs < stabilizationMs) return held(`which must last ${describeDuration(stabilizationMs)}`)
  const steppedMs = Math.max(state.lastInMs ?? Number.NEGATIVE_INFINITY, state.lastOutMs ?? Number.NEGATIVE_INFINITY)
  if (nowMs - steppedMs < everyMs) return held(`one step every ${describeDuration(everyMs)}`)
  const next = Math.max(needed, replicas - maxStep)
  return set(
    next,
    `${needed} ${needed === 1 ? 'was' : 'were'} enough for ${describeDuration(stabilizationMs)}: ${signals.map(asText).join('; ')}`,
  )
}
