import type { Clock } from '../../shared/clock/clock.ts'
import type { Change, Deployment, DeploymentReport, EventLevel, FleetState } from '../domain/model.ts'
import { planScale, type ScalePlan } from '../domain/scale/plan.ts'
import type { ScaleState } from '../domain/scale/state.ts'
import type { ScaleReport } from '../domain/scale/view.ts'
import { withReplicas } from '../domain/scale/waking.ts'
import { type ScaleSources, scaleViewOf } from './scale-view.ts'

interface Known {
  readonly state: ScaleState
  readonly report: ScaleReport
  readonly lookedMs: number
}

/** The loop comes by on every change; figures are not newer than this for it. */
const lookEveryMs = 1_000

/**
 * Lets the number of replicas of deployments follow their load. What it remembers is in memory alone: after a start of the controller
 * nothing is taken away before a whole window has been seen again.
 */
export class Autoscaler {
  readonly #sources: ScaleSources
  readonly #clock: Clock
  readonly #known = new Map<string, Known>()

  constructor(sources: ScaleSources, clock: Clock) {
    this.#sources = sources
    this.#clock = clock
  }

  /** What it made of a deployment when it last looked; undefined for one that is not autoscaled. */
  reportOf(deployment: string): ScaleReport | undefined {
    return this.#known.get(deployment)?.report
  }

  /** @param reports of the last plan of the fleet: what had no place then has none now */
  plan(state: FleetState, reports: ReadonlyMap<string, DeploymentReport>): readonly Change[] {
    for (const name of this.#known.keys()) if (!state.deployments.has(name)) this.#known.delete(name)
    const autoscaled = [...state.deployments.values()].flatMap((deployment) => {
      const revision = state.revisions.get(deployment.name)?.find(({ number }) => number === deployment.targetRevision)
      const autoscale = revision?.spec.autoscale
      if (revision !== undefined && autoscale !== undefined && !deployment.deleting) return [{ deployment, revision, autoscale }]
      this.#known.delete(deployment.name)
      return []
    })
    if (autoscaled.length === 0) return []
    const assignments = Map.groupBy(state.assignments.values(), ({ deployment }) => deployment)
    const nowMs = this.#clock.monotonicMs()
    return autoscaled.flatMap(({ deployment, revision, autoscale }) => {
      const { name } = deployment
      const known = this.#known.get(name)
      const sleeps = deployment.replicas === 0
      if (known !== undefined && !sleeps && nowMs - known.lookedMs < lookEveryMs) return []
      const view = scaleViewOf(this.#sources, state, deployment, revision, autoscale, assignments.get(name) ?? [], reports.get(name))
      const plan = planScale(view, known?.state, { monotonicMs: nowMs, unixMs: this.#clock.unixMs() })
      this.#known.set(name, { state: plan.state, report: plan.report, lookedMs: nowMs })
      return changesOf(deployment, plan, this.#clock.unixMs())
    })
  }
}

const changesOf = (deployment: Deployment, { replicas, because, warning }: ScalePlan, atUnixMs: number): readonly Change[] => {
  const event = (level: EventLevel, reason: string, message: string): Change => ({
    kind: 'addEvent',
    event: { level, reason, subject: `deployment/${deployment.name}`, message },
    atUnixMs,
  })
  const warned = warning === '' ? [] : [event('warning', 'ScaleLimited', warning)]
  if (replicas === deployment.replicas) return warned
  return [
    { kind: 'putDeployment', deployment: withReplicas(deployment, replicas, atUnixMs) },
    event('info', reasonOf(deployment.replicas, replicas), `scaled ${deployment.replicas} -> ${replicas}: ${because}`),
    ...warned,
  ]
}

const reasonOf = (from: number, to: number): string => {
  if (from === 0) return 'WokenUp'
  if (to === 0) return 'PutToSleep'
  return to > from ? 'ScaledOut' : 'ScaledIn'
}
