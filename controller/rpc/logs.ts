import { HostlerError } from '../../shared/errors/hostler-error.ts'
import { membersOf, replicaIdOf } from '../domain/gang/members.ts'
import type { AgentCalls } from '../usecases/agent-calls.ts'
import type { Facts } from '../usecases/facts.ts'

export interface LogSources {
  readonly facts: Facts
  readonly calls: AgentCalls
}

export interface LogWish {
  /** A replica id, or that of a member of a gang. */
  readonly replica: string
  readonly tailLines: number
  readonly follow: boolean
  readonly timestamps: boolean
}

const tailDeadlineMs = 30_000
const followDeadlineMs = 24 * 3_600_000

/** A replica's log, fetched from its agent. Errors: NOT_FOUND, HOST_UNREACHABLE, DEADLINE_EXCEEDED. */
export const streamLogs = async (
  { facts, calls }: LogSources,
  { replica, tailLines, follow, timestamps }: LogWish,
  signal: AbortSignal,
  onData: (data: Buffer) => Promise<void>,
): Promise<void> => {
  const assignment = facts.assignments.get(replicaIdOf(replica))
  const member = assignment && membersOf(assignment).find(({ id }) => id === replica)
  if (!member) throw new HostlerError('NOT_FOUND', `there is no replica "${replica}"; see: hostler get replicas`)
  const deadlineMs = follow ? followDeadlineMs : tailDeadlineMs
  await calls.stream(member.hostId, { kind: 'logs', replicaId: replica, tailLines, follow, timestamps }, deadlineMs, onData, signal)
}
