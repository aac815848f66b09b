import { planScale, type ScalePlan } from '../../../../controller/domain/scale/plan.ts'
import type { ScaleState } from '../../../../controller/domain/scale/state.ts'
import type { ScaleView } from '../../../../controller/domain/scale/view.ts'
import { type Autoscale, autoscale, autoscaleOf } from '../../../../controller/domain/spec/autoscale.ts'
import type { DeploymentDocument } from '../../../../controller/domain/spec/schema.ts'

export type AutoscaleDocument = NonNullable<DeploymentDocument['autoscale']>

export const scaleSpec = (document: Partial<AutoscaleDocument> = {}): Autoscale =>
  autoscaleOf(autoscale.parse({ max: 10, ...document }), 'vllm')

export const view = (changes: Partial<ScaleView> = {}): ScaleView => ({
  autoscale: scaleSpec(),
  revision: 1,
  replicas: 2,
  ready: changes.replicas ?? 2,
  unplaced: 0,
  unplacedHint: '',
  frozen: false,
  readings: {},
  working: undefined,
  traffic: { held: 0, any: true },
  ...changes,
})

/** A figure that every replica tells. */
export const of = (value: number, known = 1_000): { value: number; known: number } => ({ value, known })

const startUnixMs = Date.UTC(2026, 5, 3, 12)

export interface Turn {
  readonly second: number
  readonly from: number
  readonly plan: ScalePlan
}

/** Plans once a second; what is decided is what the next second begins with. */
export class Drive {
  nowMs = 0
  replicas: number
  state: ScaleState | undefined
  readonly turns: Turn[] = []

  constructor(replicas: number) {
    this.replicas = replicas
  }

  /** @param look what is seen in that second, given how many replicas are wanted */
  run(seconds: number, look: (replicas: number, second: number) => Partial<ScaleView>): this {
    for (let i = 0; i < seconds; i++) {
      this.nowMs += 1000
      const second = this.nowMs / 1000
      const seen = view({ replicas: this.replicas, ready: this.replicas, ...look(this.replicas, second) })
      const plan = planScale(seen, this.state, { monotonicMs: this.nowMs, unixMs: startUnixMs + this.nowMs })
      this.turns.push({ second, from: this.replicas, plan })
      this.replicas = plan.replicas
      this.state = plan.state
    }
    return this
  }

  /** The seconds in which the number changed. */
  get steps(): readonly Turn[] {
    return this.turns.filter(({ from, plan }) => plan.replicas !== from)
  }

  get last(): ScalePlan {
    const turn = this.turns.at(-1)
    if (turn === undefined) throw new Error('nothing was run')
    return turn.plan
  }
}
