/**
 * The whole decision, from everything that is known to everything that changes. Called after every change and at least once a second; says
 * the same again when nothing happened, and then changes nothing. Pure: time and settings come in, ids come from the deployments.
 */
import type { DeploymentReport, FleetPlan, FleetState } from '../model.ts'
import { planRollout, type RolloutOutcome } from '../rollout/plan.ts'
import { inOrderOfPriority } from '../rollout/priority.ts'
import { FleetDraft } from './draft.ts'
import { drainReports } from './drain-report.ts'
import { reportOf } from './report.ts'
import type { PlanSettings } from './settings.ts'
import { takeSightings } from './sightings.ts'

export type { PlanSettings } from './settings.ts'

export interface PlanOptions {
  readonly nowUnixMs: number
  readonly settings: PlanSettings
}

/** Deployments are served one after another, each from what those before it have left. */
export const planFleet = (state: FleetState, { nowUnixMs, settings }: PlanOptions): FleetPlan => {
  const draft = new FleetDraft(state, nowUnixMs, settings)
  takeSightings(draft)
  const reports = new Map<string, DeploymentReport>()
  const outcomes = new Map<string, RolloutOutcome>()
  for (const { name } of inOrderOfPriority(draft)) {
    const outcome = planRollout(draft, name)
    outcomes.set(name, outcome)
    const report = reportOf(draft, name, outcome)
    if (report !== undefined) reports.set(name, report)
  }
  return { changes: draft.changes, reports, drains: drainReports(draft, outcomes) }
}
