import { planScale } from '../../controller/domain/scale/plan.ts'
import type { ScaleState } from '../../controller/domain/scale/state.ts'
import type { ScaleView } from '../../controller/domain/scale/view.ts'
import { type Autoscale, autoscale, autoscaleOf } from '../../controller/domain/spec/autoscale.ts'

export const min = 1
export const max = 8

/** What is seen of the simulated deployment every five seconds, as agents and gateways tell it. */
export type Seen = Pick<ScaleView, 'replicas' | 'ready' | 'readings' | 'working' | 'traffic'>

export interface Policy {
  readonly name: string
  readonly title: string
  /** One run: from what is seen to how many there should be. */
  begin(): (seen: Seen, nowS: number, unixMs: number) => number
}

/** The rule as it is found in guides: mean GPU utilisation above 85 % and replicas below max, add one. Looked at every 30 s; it says no more. */
const bareRule: Policy = {
  name: 'bareRule',
  title: 'the bare rule',
  begin: () => {
    let lookedS = Number.NEGATIVE_INFINITY
    return ({ replicas, readings }, nowS) => {
      if (nowS - lookedS < 30) return replicas
      lookedS = nowS
      return (readings.gpuUtilization?.value ?? 0) > 0.85 && replicas < max ? replicas + 1 : replicas
    }
  },
}

type Document = Omit<Parameters<typeof autoscale.parse>[0] & object, 'min' | 'max'>

/** The controller's own planner, with a block of a deployment's spec. */
const planned = (name: string, title: string, document: Document): Policy => ({
  name,
  title,
  begin: () => {
    const spec: Autoscale = autoscaleOf(autoscale.parse({ min, max, ...document }), 'vllm')
    let state: ScaleState | undefined
    return (seen, nowS, unixMs) => {
      const view: ScaleView = { ...seen, autoscale: spec, revision: 1, unplaced: 0, unplacedHint: '', frozen: false }
      const plan = planScale(view, state, { monotonicMs: nowS * 1000, unixMs })
      state = plan.state
      return plan.replicas
    }
  },
})

export const policies: readonly Policy[] = [
  bareRule,
  planned('gpuUtilization', 'preset gpu-utilization', { preset: 'gpu-utilization' }),
  planned('balanced', 'preset balanced', { preset: 'balanced' }),
  planned('balancedTtft', 'balanced and TTFT', { preset: 'balanced', signals: { ttft: { target: '2s' } } }),
  planned('scheduled', 'balanced and a schedule', {
    preset: 'balanced',
    schedules: [{ start: '45 7 * * 1-5', end: '0 12 * * 1-5', timeZone: 'UTC', min: 5 }],
  }),
]
