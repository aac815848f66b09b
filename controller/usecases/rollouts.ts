import { HostlerError } from '../../shared/errors/hostler-error.ts'
import type { Deployment, Revision } from '../domain/model.ts'
import { event, type UseCaseContext } from './context.ts'
import { type Applied, supersede, targetOf } from './deployments.ts'
import { type Editor, edited, findLive } from './edits.ts'

/** The revision before the current one that has served, else the one before it. */
const revisionBefore = (deployment: Deployment, revisions: readonly Revision[]): Revision | undefined => {
  const older = revisions.filter(({ number, state }) => number < deployment.targetRevision && state !== 'failed')
  return older.at(-1)
}

/** Points a deployment back at a revision (0: the one before). Errors: NOT_FOUND, CONFLICT. */
export const undoRollout = (context: UseCaseContext, name: string, toRevision: number, editor: Editor): Promise<Applied> =>
  context.ledger.transact<Applied>((facts) => {
    const deployment = findLive(context, facts, name, editor)
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
          deployment: edited(
            context,
            { ...deployment, targetRevision: wanted.number, canary: undefined, rolloutStartedUnixMs: context.clock.unixMs() },
            editor.author,
            `went back from revision ${deployment.targetRevision} to ${wanted.number}`,
          ),
        },
        event(
          context,
          'info',
          'RolloutUndone',
          `deployment/${name}`,
          `from revision ${deployment.targetRevision} back to ${wanted.number} (by ${editor.author})`,
        ),
      ],
    }
  })

/** Holds a rollout where it is, or lets it go on. Errors: NOT_FOUND, CONFLICT. */
export const setPaused = (context: UseCaseContext, name: string, paused: boolean, editor: Editor): Promise<Applied> =>
  context.ledger.transact<Applied>((facts) => {
    const deployment = findLive(context, facts, name, editor)
    const changed = deployment.paused !== paused
    return {
      result: { deployment: name, revision: deployment.targetRevision, created: false, changed },
      changes: changed
        ? [
            {
              kind: 'putDeployment',
              deployment: edited(
                context,
                {
                  ...deployment,
                  paused,
                  rolloutStartedUnixMs: paused ? deployment.rolloutStartedUnixMs : context.clock.unixMs(),
                  // The window of a canary begins anew: what came in during the pause was not judged.
                  ...(deployment.canary ? { canary: { ...deployment.canary, servingSinceUnixMs: 0 } } : {}),
                },
                editor.author,
                paused ? 'paused its rollout' : 'let its rollout go on',
              ),
            },
            event(
              context,
              'info',
              paused ? 'RolloutPaused' : 'RolloutResumed',
              `deployment/${name}`,
              `at revision ${deployment.targetRevision} (by ${editor.author})`,
            ),
          ]
        : [],
    }
  })

const noCanary = (name: string, { targetRevision }: Deployment, what: string): HostlerError =>
  new HostlerError(
    'CONFLICT',
    `deployment "${name}" has no canary to ${what}; all its replicas are to run revision ${targetRevision}. hostler rollout status ${name} shows how far they are`,
  )

/** Lets the canary's revision go on to all replicas. Errors: NOT_FOUND, CONFLICT (there is no canary). */
export const promoteCanary = (context: UseCaseContext, name: string, editor: Editor): Promise<Applied> =>
  context.ledger.transact<Applied>((facts) => {
    const deployment = findLive(context, facts, name, editor)
    if (deployment.canary === undefined) throw noCanary(name, deployment, 'promote')
    const revision = deployment.targetRevision
    const promoted = { ...deployment, canary: undefined, rolloutStartedUnixMs: context.clock.unixMs() }
    return {
      result: { deployment: name, revision, created: false, changed: true },
      changes: [
        { kind: 'putDeployment', deployment: edited(context, promoted, editor.author, `promoted revision ${revision}`) },
        event(
          context,
          'info',
          'CanaryPromoted',
          `deployment/${name}`,
          `revision ${revision} goes on to all replicas (by ${editor.author})`,
        ),
      ],
    }
  })

/** Gives the canary up and goes back to the stable revision. Errors: NOT_FOUND, CONFLICT (there is no canary). */
export const abortCanary = (context: UseCaseContext, name: string, editor: Editor): Promise<Applied> =>
  context.ledger.transact<Applied>((facts) => {
    const deployment = findLive(context, facts, name, editor)
    const revisions = facts.revisions.get(name) ?? []
    const stable = revisions.find(({ number }) => number === deployment.canary?.stableRevision)
    const canary = targetOf(facts, deployment)
    if (stable === undefined || canary === undefined) throw noCanary(name, deployment, 'abort')
    const back = { ...deployment, targetRevision: stable.number, canary: undefined, rolloutStartedUnixMs: context.clock.unixMs() }
    const what = `gave the canary of revision ${canary.number} up`
    return {
      result: { deployment: name, revision: stable.number, created: false, changed: true },
      changes: [
        { kind: 'putRevision', revision: { ...canary, state: 'failed', message: `${editor.author} gave the canary up` } },
        { kind: 'putRevision', revision: { ...stable, state: 'current' } },
        { kind: 'putDeployment', deployment: edited(context, back, editor.author, what) },
        event(
          context,
          'warning',
          'CanaryAborted',
          `deployment/${name}`,
          `revision ${canary.number} is given up, back to revision ${stable.number} (by ${editor.author})`,
        ),
      ],
    }
  })
