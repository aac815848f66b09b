import { leaderAlive, membersOf } from './members.ts'
import { type ExecState, sinceCodeMs } from './record.ts'

/** A child that keeps the log open does not keep the engine's exit from being noticed. */
const logPatienceMs = 2_000

export interface Life {
  readonly running: boolean
  /** Pids. For as long as all of these live, it is still running. Empty: only another look can tell. */
  readonly witnesses: readonly number[]
}

const over: Life = { running: false, witnesses: [] }

/** Whether an instance runs, as its files and /proc say now. bootId is that of this boot. */
export const lifeOf = async (state: ExecState, bootId: string): Promise<Life> => {
  const { leader, enginePid, exitCode } = state
  if (state.record.bootId !== bootId || state.settled) return over
  const hasExited = exitCode !== undefined
  if (hasExited && ((await sinceCodeMs(state, Date.now())) ?? 0) > logPatienceMs) return over
  if (leader && (await leaderAlive(state))) {
    const witnesses = hasExited || enginePid === undefined ? [] : [leader.pid, enginePid]
    return { running: true, witnesses }
  }
  if (hasExited) return over
  // The wrapper alone was killed: its engine may live on.
  const members = await membersOf(state)
  const left = members.find((pid) => pid === enginePid) ?? members[0]
  return left === undefined ? over : { running: true, witnesses: [left] }
}
