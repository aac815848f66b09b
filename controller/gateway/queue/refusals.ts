import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import type { Route } from '../../../shared/fleet/membership.ts'

/** What those are told who get no place at a replica. */

export const removed = ({ deployment }: Route): HostlerError =>
  new HostlerError('MODEL_UNKNOWN', `The deployment '${deployment}' was removed while this request waited for it.`)

export const lineFull = (
  { deployment, maxQueue, maxQueueBytes }: Route,
  line: { readonly size: number; readonly bytes: number },
  retryAfterSeconds: number,
): HostlerError => {
  const bound = line.size >= maxQueue ? `at most ${maxQueue}` : `at most ${maxQueueBytes} bytes, and hold ${line.bytes}`
  return new HostlerError(
    'QUEUE_FULL',
    `All replicas of '${deployment}' are busy and ${line.size} requests already wait, of ${bound}. Who waits most gives way first. Try again in ${retryAfterSeconds} s, or scale the deployment up.`,
    { fields: { retryAfterSeconds } },
  )
}

/**
 * QUEUE_TIMEOUT when replicas were there and busy, else NO_REPLICA.
 * @param live replicas that do not drain
 * @param reachable at least one of them takes requests
 */
export const waitedInVain = ({ deployment, holdMs }: Route, live: number, reachable: boolean, retryAfterSeconds: number): HostlerError => {
  const fields = { retryAfterSeconds }
  if (reachable) {
    const message = `All replicas of '${deployment}' stayed busy for the ${holdMs} ms that a request may wait. Try again in ${retryAfterSeconds} s, or scale the deployment up.`
    return new HostlerError('QUEUE_TIMEOUT', message, { fields })
  }
  const seen = live > 0 ? `none of its ${live} replicas accepts requests` : 'it has no replica that takes new requests'
  return new HostlerError(
    'NO_REPLICA',
    `'${deployment}' could not answer within the ${holdMs} ms that a request is held: ${seen}. Try again in ${retryAfterSeconds} s; 'hostler describe deployment ${deployment}' says why.`,
    { fields },
  )
}
