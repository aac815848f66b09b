import { type ProcessStat, readStat } from '../proc.ts'
import { leaderAlive, membersOf } from './members.ts'
import { type ExecState, sinceCodeMs } from './record.ts'

/** A child that keeps the log open does not keep the engine's exit from being noticed. */
const logPatienceMs = 2_000

export interface Life {
  readonly running: boolean
  /** For as long as all of these live, it is still running. Empty: only another look can tell. */
  readonly witnesses: readonly ProcessStat[]
}

const over: Life = { running: false, witnesses: [] }

const found = async (pids: readonly (number | undefined)[]): Promise<readonly ProcessStat[]> => {
  const stats = await Promise.all(pids.map((pid) => (pid === undefined ? undefined : readStat(pid))))
  // One that is not there yet, or no more: nothing is known of what comes next.
  return stats.every((stat) => stat !== undefined) ? stats : []
}

/** Whether an instance runs, as its files and /proc say now. bootId is that of this boot. */
export const lifeOf = async (state: ExecState, bootId: string): Promise<Life> => {
  if (state.record.bootId !== bootId || state.settled) return over
  const sinceExitMs = await sinceCodeMs(state, Date.now())
  if (sinceExitMs !== undefined && sinceExitMs > logPatienceMs) return over
  if (await leaderAlive(state))
    return { running: true, witnesses: sinceExitMs === undefined ? await found([state.leader?.pid, state.enginePid]) : [] }
  if (state.exitCode !== undefined) return over
  // The wrapper alone was killed: its engine may live on.
  const members = await membersOf(state)
  const [left = undefined] = members.includes(state.enginePid ?? 0) ? [state.enginePid] : members
  return { running: left !== undefined, witnesses: await found([left]) }
}
