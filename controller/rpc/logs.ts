import { HostlerError } from '../../shared/errors/hostler-error.ts'
import { within } from '../../shared/lifecycle/deadline.ts'
import type { Facts } from '../usecases/facts.ts'
import type { HostRegistry } from '../usecases/host-registry.ts'
import type { Answers } from './answers.ts'

export interface LogSources {
  readonly facts: Facts
  readonly hosts: HostRegistry
  readonly answers: Answers
  readonly newId: (prefix: string) => string
}

export interface LogWish {
  /** A replica id. */
  readonly replica: string
  readonly tailLines: number
  readonly follow: boolean
  readonly timestamps: boolean
}

const tailDeadlineMs = 30_000
const followDeadlineMs = 24 * 3_600_000

/** A replica's log, fetched from its agent. Errors: NOT_FOUND, HOST_UNREACHABLE, DEADLINE_EXCEEDED. */
export const streamLogs = async (
  { facts, hosts, answers, newId }: LogSources,
  wish: LogWish,
  signal: AbortSignal,
  onData: (data: Buffer) => Promise<void>,
): Promise<void> => {
  const assignment = facts.assignments.get(wish.replica)
  if (!assignment) throw new HostlerError('NOT_FOUND', `there is no replica "${wish.replica}"; see: hostler get replicas`)
  const { port } = hosts.sighting(assignment.hostId)
  if (!port) {
    const name = facts.hosts.get(assignment.hostId)?.name ?? assignment.hostId
    throw new HostlerError('HOST_UNREACHABLE', `the agent of ${name} is not connected, so the logs of ${wish.replica} cannot be read now`)
  }
  const deadlineMs = wish.follow ? followDeadlineMs : tailDeadlineMs
  const requestId = newId('q-')
  const ended = within(deadlineMs, signal)
  const answered = answers.expect(requestId, assignment.hostId, onData, ended)
  port.requestLogs(
    requestId,
    { replicaId: wish.replica, tailLines: wish.tailLines, follow: wish.follow, timestamps: wish.timestamps },
    deadlineMs,
  )
  try {
    await answered
  } catch (error) {
    port.cancelRequest(requestId)
    throw error
  }
}
