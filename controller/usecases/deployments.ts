import { isDeepStrictEqual } from 'node:util'
import { HostlerError } from '../../shared/errors/hostler-error.ts'
import type { Change, Deployment, Revision } from '../domain/model.ts'
import { canaryFor } from '../domain/rollout/canary.ts'
import { startingReplicas, unscalable } from '../domain/scale/bounds.ts'
import { withReplicas } from '../domain/scale/waking.ts'
import { sameReplicas } from '../domain/spec/document.ts'
import type { DeploymentSpec } from '../domain/spec/schema.ts'
import { event, type UseCaseContext } from './context.ts'
import { type Editor, edited, findDeployment, findLive, refuseStale, versionOf } from './edits.ts'
import type { Facts } from './facts.ts'

export interface Applied {
  readonly deployment: string
  readonly revision: number
  readonly created: boolean
  readonly changed: boolean
}

/** Two deployments that answer to one model name would share its traffic by accident. */
const refuseSharedModels = (facts: Facts, spec: DeploymentSpec): void => {
  const names = new Set([spec.model.name, ...spec.model.aliases])
  for (const other of facts.deployments.values()) {
    if (other.name === spec.name || other.deleting) continue
    const theirs = facts.revisions.get(other.name)?.find(({ number }) => number === other.targetRevision)?.spec
    const taken = theirs && [theirs.model.name, ...theirs.model.aliases].find((name) => names.has(name))
    if (taken !== undefined) {
      throw new HostlerError(
        'NAME_TAKEN',
        `model name "${taken}" is already served by deployment "${other.name}"; choose another model.name or alias`,
      )
    }
  }
}

export const targetOf = (facts: Facts, deployment: Deployment): Revision | undefined =>
  facts.revisions.get(deployment.name)?.find(({ number }) => number === deployment.targetRevision)

export const supersede = (current: Revision | undefined): readonly Change[] =>
  current?.state === 'current' ? [{ kind: 'putRevision', revision: { ...current, state: 'superseded' } }] : []

/** Makes or changes a deployment. The same spec again changes nothing. Errors: NAME_TAKEN, CONFLICT, NOT_FOUND. */
export const applySpec = (context: UseCaseContext, spec: DeploymentSpec, editor: Editor, dryRun: boolean): Promise<Applied> =>
  context.ledger.transact<Applied>((facts) => {
    const decision = decideSpec(context, facts, spec, editor)
    return dryRun ? { changes: [], result: decision.result } : decision
  })

/** What applying a spec changes. Errors: NAME_TAKEN, CONFLICT, NOT_FOUND. */
export const decideSpec = (
  context: UseCaseContext,
  facts: Facts,
  spec: DeploymentSpec,
  editor: Editor,
): { readonly changes: readonly Change[]; readonly result: Applied } => {
  const nowUnixMs = context.clock.unixMs()
  const existing = facts.deployments.get(spec.name)
  const { author } = editor
  if (existing || editor.ifVersion) findLive(context, facts, spec.name, editor)
  refuseSharedModels(facts, spec)
  const current = existing && targetOf(facts, existing)
  const replicas = startingReplicas(spec, existing?.replicas)
  const revisions = facts.revisions.get(spec.name) ?? []
  const newNumber = (revisions.at(-1)?.number ?? 0) + 1

  // What only gateways and planners read is changed in place: no replica has to be replaced for it.
  if (existing && current && sameReplicas(current.spec, spec)) {
    const settings = !isDeepStrictEqual({ ...current.spec, replicas: 0 }, { ...spec, replicas: 0 })
    const scaled = existing.replicas !== replicas
    const result = { deployment: spec.name, revision: current.number, created: false, changed: settings || scaled }
    if (!result.changed) return { changes: [], result }
    return {
      changes: [...(settings ? settingsChanges(context, current, spec) : []), ...inPlaceChanges(context, existing, spec, replicas, author)],
      result,
    }
  }
  const revision: Revision = {
    deployment: spec.name,
    number: newNumber,
    spec,
    createdUnixMs: nowUnixMs,
    author,
    state: 'current',
    message: existing ? 'applied' : 'created',
  }
  const canary = canaryFor(existing, spec, nowUnixMs)
  const wokenUnixMs = existing && withReplicas(existing, replicas, nowUnixMs).wokenUnixMs
  const deployment: Deployment = {
    name: spec.name,
    targetRevision: newNumber,
    lastGoodRevision: existing?.lastGoodRevision ?? 0,
    replicas,
    paused: existing?.paused ?? false,
    deleting: false,
    nextReplica: existing?.nextReplica ?? 1,
    createdUnixMs: existing?.createdUnixMs ?? nowUnixMs,
    rolloutStartedUnixMs: nowUnixMs,
    edit: {
      version: existing ? versionOf(existing) + 1 : 1,
      author,
      atUnixMs: nowUnixMs,
      what: existing ? `deployed revision ${newNumber}` : 'created it',
    },
    ...(wokenUnixMs === undefined ? {} : { wokenUnixMs }),
    ...(canary ? { canary } : {}),
  }
  const result = { deployment: spec.name, revision: newNumber, created: !existing, changed: true }
  const told = existing
    ? `revision ${newNumber} replaces ${existing.targetRevision}${canary ? `, first as a canary beside revision ${canary.stableRevision}` : ''}`
    : `created with ${replicas} replica${replicas === 1 ? '' : 's'}`
  return {
    result,
    changes: [
      ...supersede(current),
      { kind: 'putRevision', revision },
      { kind: 'putDeployment', deployment },
      event(context, 'info', existing ? 'RolloutStarted' : 'DeploymentCreated', `deployment/${spec.name}`, `${told} (by ${author})`),
    ],
  }
}

const settingsChanges = (context: UseCaseContext, current: Revision, spec: DeploymentSpec): readonly Change[] => [
  { kind: 'putRevision', revision: { ...current, spec } },
  event(context, 'info', 'SettingsChanged', `deployment/${spec.name}`, `revision ${current.number} serves on with new limits`),
]

/** What a spec changes without a new revision. A canary that the spec asks for no longer goes on to all replicas. */
const inPlaceChanges = (
  context: UseCaseContext,
  before: Deployment,
  spec: DeploymentSpec,
  replicas: number,
  author: string,
): readonly Change[] => {
  const ended = before.canary !== undefined && spec.update.canary === undefined
  const deployment = { ...withReplicas(before, replicas, context.clock.unixMs()), canary: ended ? undefined : before.canary }
  const scaled = replicas !== before.replicas
  const what = scaled ? `scaled it from ${before.replicas} to ${replicas} replicas` : 'changed its settings'
  const subject = `deployment/${before.name}`
  return [
    { kind: 'putDeployment', deployment: edited(context, deployment, author, what) },
    ...(scaled ? [event(context, 'info', 'Scaled', subject, scaledText(before, replicas, author))] : []),
    ...(ended ? [event(context, 'info', 'CanaryPromoted', subject, `the spec asks for no canary any more (by ${author})`)] : []),
  ]
}

const scaledText = ({ replicas }: Deployment, to: number, author: string): string => `from ${replicas} to ${to} replicas (by ${author})`

/** Errors: NOT_FOUND, CONFLICT, ARGUMENT_INVALID. */
export const scale = (context: UseCaseContext, name: string, replicas: number, editor: Editor): Promise<Applied> =>
  context.ledger.transact<Applied>((facts) => {
    const deployment = findLive(context, facts, name, editor)
    if (!Number.isInteger(replicas) || replicas < 0 || replicas > 10_000) {
      throw new HostlerError('ARGUMENT_INVALID', `replicas is ${replicas}; expected a whole number from 0 to 10000`)
    }
    const autoscale = targetOf(facts, deployment)?.spec.autoscale
    const refusal = autoscale && unscalable(name, replicas, autoscale)
    if (refusal !== undefined) throw new HostlerError('ARGUMENT_INVALID', refusal)
    const changed = deployment.replicas !== replicas
    const result = { deployment: name, revision: deployment.targetRevision, created: false, changed }
    if (!changed) return { changes: [], result }
    const what = `scaled it from ${deployment.replicas} to ${replicas} replicas`
    return {
      result,
      changes: [
        {
          kind: 'putDeployment',
          deployment: edited(context, withReplicas(deployment, replicas, context.clock.unixMs()), editor.author, what),
        },
        event(context, 'info', 'Scaled', `deployment/${name}`, scaledText(deployment, replicas, editor.author)),
      ],
    }
  })

/** Drains and removes every replica, then the deployment. Returns how many replicas there are to drain. Errors: NOT_FOUND, CONFLICT. */
export const deleteDeployment = (
  context: UseCaseContext,
  name: string,
  editor: Editor,
): Promise<{ readonly name: string; readonly replicas: number }> =>
  context.ledger.transact((facts) => {
    const deployment = findDeployment(facts, name)
    const replicas = [...facts.assignments.values()].filter((assignment) => assignment.deployment === name).length
    const result = { name, replicas }
    if (deployment.deleting) return { changes: [], result }
    refuseStale(context, deployment, editor)
    return {
      result,
      changes: [
        { kind: 'putDeployment', deployment: edited(context, { ...deployment, deleting: true }, editor.author, 'deleted it') },
        event(context, 'info', 'DeploymentDeleting', `deployment/${name}`, `draining ${replicas} replicas (by ${editor.author})`),
      ],
    }
  })
