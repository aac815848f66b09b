/** From the end of a rollout to what the command says of it. */
import type { ErrorCode } from '../../../shared/errors/catalogue.ts'
import { HostlerError, isErrorCode } from '../../../shared/errors/hostler-error.ts'
import type { CommandContext } from '../context.ts'
import { exitCodes } from '../exit-codes.ts'
import { CommandFailure } from '../fail.ts'
import { formatAge } from '../terminal/time.ts'
import { plainLine } from '../terminal/width.ts'
import type { Replica } from '../view/fleet.ts'
import { replicaDetail } from '../view/replicas.ts'
import { type Finished, followRollout } from './follow.ts'
import type { Target } from './judge.ts'

const codeOf = (worst: Replica | undefined): ErrorCode =>
  worst !== undefined && isErrorCode(worst.reason) ? worst.reason : 'LAUNCH_FAILED'

const logTail = (worst: Replica | undefined): string[] =>
  worst === undefined || worst.lastLogLines.length === 0
    ? []
    : [`Last log lines of ${worst.id} on ${worst.host}:`, ...worst.lastLogLines.slice(-20).map((line) => `  ${plainLine(line)}`)]

const failureOf = ({ target, outcome, worst }: Finished): CommandFailure | undefined => {
  const { deployment, revision } = target
  const fail = (code: ErrorCode, message: string, hint: string, details: readonly string[] = []) =>
    new CommandFailure(
      new HostlerError(code, message, {
        fields: {
          deployment,
          revision,
          ...(worst === undefined ? {} : { replica: worst.id, host: worst.host, lastLogLines: worst.lastLogLines }),
        },
      }),
      { exitCode: exitCodes.failure.code, hint, details },
    )
  switch (outcome.kind) {
    case 'ready':
    case 'canary':
      return undefined
    case 'failed': {
      const back = outcome.runsRevision === revision ? '' : `; rolled back, revision ${outcome.runsRevision} runs`
      const why = outcome.message || (worst === undefined ? 'see the events' : `${worst.id} on ${worst.host}: ${replicaDetail(worst, 0)}`)
      return fail(
        codeOf(worst),
        `revision ${revision} of ${deployment} failed${back}: ${plainLine(why)}`,
        `hostler get events ${deployment}; hostler describe deployment ${deployment}`,
        logTail(worst),
      )
    }
    case 'superseded':
      return fail(
        'CONFLICT',
        `revision ${revision} of ${deployment} was replaced by revision ${outcome.runsRevision} while it was rolled out`,
        `hostler rollout history ${deployment}`,
      )
    case 'paused':
      return fail(
        'CONFLICT',
        `the rollout of ${deployment} is paused, so revision ${revision} does not come up`,
        `hostler rollout resume ${deployment}`,
      )
    case 'deleted':
      return fail('CONFLICT', `${deployment} was deleted while it was rolled out`, `hostler get events ${deployment}`)
  }
}

export interface Awaited {
  readonly deployment: string
  readonly revision: number
  readonly state: string
  readonly replicasReady: number
  readonly replicasWanted: number
  readonly elapsedMs: number
  readonly warnings: readonly string[]
}

/**
 * Waits until all targets are ready and gives what to report of each. Undefined after Ctrl-C. Throws a CommandFailure with the reason and
 * the last log lines when one failed, and DEADLINE_EXCEEDED.
 */
export const awaitRollout = async (
  context: CommandContext,
  targets: readonly Target[],
  timeoutMs: number,
): Promise<readonly Awaited[] | undefined> => {
  const finished = await followRollout(context, targets, timeoutMs)
  if (finished === undefined) return undefined
  for (const each of finished) {
    const failure = failureOf(each)
    if (failure !== undefined) throw failure
  }
  return finished.flatMap(({ target, outcome, elapsedMs }) => {
    if (outcome.kind !== 'ready' && outcome.kind !== 'canary') return []
    const { deployment } = outcome
    return [
      {
        ...target,
        state: outcome.kind,
        replicasReady: outcome.kind === 'ready' ? deployment.replicasWanted : deployment.replicasReady,
        replicasWanted: deployment.replicasWanted,
        elapsedMs,
        warnings: outcome.kind === 'ready' ? outcome.warnings : [],
      },
    ]
  })
}

export const awaitedLine = ({ deployment, revision, state, replicasReady, replicasWanted, elapsedMs, warnings }: Awaited): string =>
  state === 'canary'
    ? `deployment ${deployment} has a canary: revision ${revision} serves beside the stable one (${formatAge(elapsedMs)}); hostler rollout promote ${deployment}, or abort`
    : [
        `deployment ${deployment} is ready: revision ${revision}, ${replicasReady}/${replicasWanted} replicas (${formatAge(elapsedMs)})`,
        ...warnings.map((warning) => `  warning: ${plainLine(warning)}`),
      ].join('\n')
