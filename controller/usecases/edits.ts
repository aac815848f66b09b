import { HostlerError } from '../../shared/errors/hostler-error.ts'
import { describeDuration } from '../../shared/units/duration.ts'
import type { Deployment } from '../domain/model.ts'
import type { UseCaseContext } from './context.ts'
import type { Facts } from './facts.ts'

/** Who changes a deployment, and which version of it they have seen. */
export interface Editor {
  readonly author: string
  /** The change is refused when somebody else has made one since; 0 or absent: it is made whatever there is. */
  readonly ifVersion?: number | undefined
}

/** Grows with every change that a person makes; what the controller decides by itself leaves it alone. */
export const versionOf = ({ edit }: Deployment): number => edit?.version ?? 1

/** @param what as a sentence goes on after the author's name, such as `scaled it from 2 to 4 replicas` */
export const edited = (context: UseCaseContext, deployment: Deployment, author: string, what: string): Deployment => ({
  ...deployment,
  edit: { version: versionOf(deployment) + 1, author, atUnixMs: context.clock.unixMs(), what },
})

/** @throws HostlerError CONFLICT, with who was first, when, and with what */
export const refuseStale = (context: UseCaseContext, deployment: Deployment, { ifVersion = 0 }: Editor): void => {
  const version = versionOf(deployment)
  if (ifVersion === 0 || ifVersion === version) return
  const { edit, name, targetRevision } = deployment
  const won = edit
    ? `${edit.author || 'somebody'} ${edit.what} ${describeDuration(Math.max(0, context.clock.unixMs() - edit.atUnixMs))} ago (revision ${targetRevision})`
    : `it is at revision ${targetRevision}`
  throw new HostlerError(
    'CONFLICT',
    `deployment "${name}" is at version ${version}, not ${ifVersion}: ${won}; read it again (hostler get deployment ${name} -o yaml), make your change to that, and try with --if-version ${version}`,
    { fields: { version, revision: targetRevision, ...(edit ? { author: edit.author, atUnixMs: edit.atUnixMs, what: edit.what } : {}) } },
  )
}

/** @throws HostlerError NOT_FOUND */
export const findDeployment = (facts: Facts, name: string): Deployment => {
  const deployment = facts.deployments.get(name)
  if (deployment) return deployment
  const known = [...facts.deployments.keys()]
  throw new HostlerError(
    'NOT_FOUND',
    `no deployment is named ${name}; ${known.length > 0 ? `there are: ${known.slice(0, 10).join(', ')}${known.length > 10 ? ', …' : ''}` : 'there are none yet'}`,
  )
}

/** One that may be changed. @throws HostlerError NOT_FOUND, CONFLICT */
export const findLive = (context: UseCaseContext, facts: Facts, name: string, editor: Editor): Deployment => {
  const deployment = findDeployment(facts, name)
  if (deployment.deleting) throw new HostlerError('CONFLICT', `deployment "${name}" is being deleted; wait until it is gone`)
  refuseStale(context, deployment, editor)
  return deployment
}
