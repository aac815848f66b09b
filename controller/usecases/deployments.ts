import { isDeepStrictEqual } from 'node:util'
import { HostlerError } from '../../shared/errors/hostler-error.ts'
import type { Deployment, Revision } from '../domain/model.ts'
import { startingReplicas, unscalable } from '../domain/scale/bounds.ts'
import { sameReplicas } from '../domain/spec/document.ts'
import type { DeploymentSpec } from '../domain/spec/schema.ts'
import type { StoreChange } from '../store/store.ts'
import { event, type UseCaseContext } from './context.ts'
import type { Facts } from './facts.ts'

export interface Applied {
  readonly deployment: string
  readonly revision: number
  readonly created: boolean
  readonly changed: boolean
}

const find = (facts: Facts, name: string): Deployment => {
  const deployment = facts.deployments.get(name)
  if (deployment) return deployment
  const known = [...facts.deployments.keys()]
  throw new HostlerError(
    'NOT_FOUND',
    `there is no deployment "${name}"; ${known.length > 0 ? `there are: ${known.join(', ')}` : 'there are none yet'}`,
  )
}

const findLive = (facts: Facts, name: string): Deployment => {
  const deployment = find(facts, name)
  if (deployment.deleting) throw new HostlerError('CONFLICT', `deployment "${name}" is being deleted; wait until it is gone`)
  return deployment
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

const targetOf = (facts: Facts, deployment: Deployment): Revision | undefined =>
  facts.revisions.get(deployment.name)?.find(({ number }) => number === deployment.targetRevision)

const supersede = (current: Revision | undefined): readonly StoreChange[] =>
  current?.state === 'current' ? [{ kind: 'putRevision', revision: { ...current, state: 'superseded' } }] : []

/** Makes or changes a deployment. The same spec again changes nothing. Errors: NAME_TAKEN, CONFLICT. */
export const applySpec = (context: UseCaseContext, spec: DeploymentSpec, author: string, dryRun: boolean): Promise<Applied> =>
  context.ledger.transact<Applied>((facts) => {
    const nowUnixMs = context.clock.unixMs()
    const existing = facts.deployments.get(spec.name)
    if (existing?.deleting) findLive(facts, spec.name)
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
      if (!result.changed || dryRun) return { changes: [], result }
      return {
        changes: [
          ...(settings ? settingsChanges(context, current, spec) : []),
          ...(scaled ? scaleChanges(context, existing, replicas) : []),
        ],
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
    }
    const result = { deployment: spec.name, revision: newNumber, created: !existing, changed: true }
    if (dryRun) return { changes: [], result }
    const told = existing
      ? `revision ${newNumber} replaces ${existing.targetRevision}`
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
  })

const settingsChanges = (context: UseCaseContext, current: Revision, spec: DeploymentSpec): readonly StoreChange[] => [
  { kind: 'putRevision', revision: { ...current, spec } },
  event(context, 'info', 'SettingsChanged', `deployment/${spec.name}`, `revision ${current.number} serves on with new limits`),
]

const scaleChanges = (context: UseCaseContext, deployment: Deployment, replicas: number): readonly StoreChange[] => [
  { kind: 'putDeployment', deployment: { ...deployment, replicas } },
  event(context, 'info', 'Scaled', `deployment/${deployment.name}`, `from ${deployment.replicas} to ${replicas} replicas`),
]

/** Errors: NOT_FOUND, CONFLICT, ARGUMENT_INVALID. */
export const scale = (context: UseCaseContext, name: string, replicas: number): Promise<Applied> =>
  context.ledger.transact<Applied>((facts) => {
    const deployment = findLive(facts, name)
    if (!Number.isInteger(replicas) || replicas < 0 || replicas > 10_000) {
      throw new HostlerError('ARGUMENT_INVALID', `replicas is ${replicas}; expected a whole number from 0 to 10000`)
    }
    const autoscale = targetOf(facts, deployment)?.spec.autoscale
    const refusal = autoscale && unscalable(name, replicas, autoscale)
    if (refusal !== undefined) throw new HostlerError('ARGUMENT_INVALID', refusal)
    const changed = deployment.replicas !== replicas
    const result = { deployment: name, revision: deployment.targetRevision, created: false, changed }
    return { changes: changed ? scaleChanges(context, deployment, replicas) : [], result }
  })

/** Drains and removes every replica, then the deployment. Returns how many replicas there are to drain. Errors: NOT_FOUND. */
export const deleteDeployment = (context: UseCaseContext, name: string): Promise<{ readonly name: string; readonly replicas: number }> =>
  context.ledger.transact((facts) => {
    const deployment = find(facts, name)
    const replicas = [...facts.assignments.values()].filter((assignment) => assignment.deployment === name).length
    const result = { name, replicas }
    if (deployment.deleting) return { changes: [], result }
    return {
      result,
      changes: [
        { kind: 'putDeployment', deployment: { ...deployment, deleting: true } },
        event(context, 'info', 'DeploymentDeleting', `deployment/${name}`, `draining ${replicas} replicas`),
      ],
    }
  })

/** The revision before the current one that has served, else the one before it. */
const revisionBefore = (deployment: Deployment, revisions: readonly Revision[]): Revision | undefined => {
  const older = revisions.filter(({ number, state }) => number < deployment.targetRevision && state !== 'failed')
  return older.at(-1)
}

/** Points a deployment back at a revision (0: the one before). Errors: NOT_FOUND, CONFLICT. */
export const undoRollout = (context: UseCaseContext, name: string, toRevision: number): Promise<Applied> =>
  context.ledger.transact<Applied>((facts) => {
    const deployment = findLive(facts, name)
    const revisions = facts.revisions.get(name) ?? []
    const wanted = toRevision === 0 ? revisionBefore(deployment, revisions) : revisions.find(({ number }) => number === toRevision)
    if (!wanted) {
      const numbers = revisions.map(({ number }) => number).join(', ')
      throw new HostlerError(
        'NOT_FOUND',
        `deployment "${name}" has no ${toRevision === 0 ? 'earlier revision' : `revision ${toRevision}`}; it has: ${numbers}`,
      )
    }
    const result = { deployment: name, revision: wanted.number, created: false, changed: wanted.number !== deployment.targetRevision }
    if (!result.changed) return { changes: [], result }
    return {
      result,
      changes: [
        ...supersede(targetOf(facts, deployment)),
        { kind: 'putRevision', revision: { ...wanted, state: 'current' } },
        {
          kind: 'putDeployment',
          deployment: { ...deployment, targetRevision: wanted.number, rolloutStartedUnixMs: context.clock.unixMs() },
        },
        event(
          context,
          'info',
          'RolloutUndone',
          `deployment/${name}`,
          `from revision ${deployment.targetRevision} back to ${wanted.number}`,
        ),
      ],
    }
  })

/** Holds a rollout where it is, or lets it go on. Errors: NOT_FOUND, CONFLICT. */
export const setPaused = (context: UseCaseContext, name: string, paused: boolean): Promise<Applied> =>
  context.ledger.transact<Applied>((facts) => {
    const deployment = findLive(facts, name)
    const changed = deployment.paused !== paused
    return {
      result: { deployment: name, revision: deployment.targetRevision, created: false, changed },
      changes: changed
        ? [
            {
              kind: 'putDeployment',
              deployment: {
                ...deployment,
                paused,
                rolloutStartedUnixMs: paused ? deployment.rolloutStartedUnixMs : context.clock.unixMs(),
              },
            },
            event(
              context,
              'info',
              paused ? 'RolloutPaused' : 'RolloutResumed',
              `deployment/${name}`,
              `at revision ${deployment.targetRevision}`,
            ),
          ]
        : [],
    }
  })
