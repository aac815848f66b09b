import { isDead, processIds, readEnvironment, readStat } from '../proc.ts'
import type { ExecState } from './record.ts'

/** Set in the environment of an engine and inherited by all that it starts. */
export const instanceVariable = 'HOSTLER_INSTANCE'

/** Whether the wrapper is the very process that was started: a pid alone may long belong to somebody else. */
export const leaderAlive = async ({ leader }: ExecState): Promise<boolean> => {
  if (!leader) return false
  const now = await readStat(leader.pid)
  return now !== undefined && now.startTicks === leader.startTicks && !isDead(now)
}

/** A session keeps its number from being given to a new process for as long as it has members. */
const sessionIsOurs = async ({ leader }: ExecState): Promise<boolean> => {
  if (!leader) return false
  const holder = await readStat(leader.pid)
  return holder === undefined || holder.startTicks === leader.startTicks
}

const environmentSays = async (pid: number, id: string): Promise<'ours' | 'other' | 'nothing'> => {
  const entry = (await readEnvironment(pid)).find((variable) => variable.startsWith(`${instanceVariable}=`))
  if (entry === undefined) return 'nothing'
  return entry === `${instanceVariable}=${id}` ? 'ours' : 'other'
}

/**
 * Every living process of an instance: those that inherited its mark, also from a session of their own, and those of its
 * session, also when they have overwritten their environment with a title.
 */
export const membersOf = async (state: ExecState): Promise<readonly number[]> => {
  const bySession = await sessionIsOurs(state)
  const found: number[] = []
  for (const pid of await processIds()) {
    const stat = await readStat(pid)
    if (!stat || isDead(stat)) continue
    const mark = await environmentSays(pid, state.record.id)
    const inSession = bySession && stat.session === state.leader?.pid && stat.startTicks >= state.leader.startTicks
    if (mark === 'ours' || (mark === 'nothing' && inSession)) found.push(pid)
  }
  return found
}
