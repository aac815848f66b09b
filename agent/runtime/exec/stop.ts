import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import { pause } from '../../../shared/lifecycle/deadline.ts'
import { membersOf } from './members.ts'
import { type ExecState, readState, writeExitCode } from './record.ts'

const pollMs = 50
/** After the engine has exited: for its wrapper to write the rest of the log. */
const flushMs = 1_000
/** After SIGKILL: a process in an uninterruptible driver call can take long, or never end. */
const killTimeoutMs = 15_000
const killedCode = 128 + 9

const signalAll = (pids: readonly number[], name: NodeJS.Signals): void => {
  for (const pid of pids) {
    try {
      process.kill(pid, name)
    } catch {
      // Gone in the meantime.
    }
  }
}

const until = async (done: () => Promise<boolean>, timeoutMs: number): Promise<boolean> => {
  const deadline = AbortSignal.timeout(timeoutMs)
  for (;;) {
    if (await done()) return true
    if ((await pause(pollMs, deadline)) === 'aborted') return false
  }
}

/**
 * SIGTERM to the engine, and after the grace SIGKILL to everything that it ever started. Like a container's: workers are
 * left to their parent to stop, and what outlives it is killed. Resolves when no process is left; LAUNCH_FAILED never, but
 * DEADLINE_EXCEEDED when one does not die.
 */
export const stopProcesses = async (root: string, state: ExecState, graceMs: number): Promise<void> => {
  const { id } = state.record
  const members = await membersOf(state)
  if (members.length === 0) return
  const engineGone = async () => (await readState(root, id))?.exitCode !== undefined || (await membersOf(state)).length === 0
  if (graceMs > 0 && !(await engineGone())) {
    const engine = state.enginePid
    signalAll(engine !== undefined && members.includes(engine) ? [engine] : members, 'SIGTERM')
    await until(engineGone, graceMs)
  }
  const empty = async () => (await membersOf(state)).length === 0
  if (await engineGone()) await until(empty, flushMs)
  const killed = await until(async () => {
    const left = await membersOf(state)
    signalAll(left, 'SIGKILL')
    return left.length === 0
  }, killTimeoutMs)
  if (!killed) {
    const left = (await membersOf(state)).join(', ')
    throw new HostlerError(
      'DEADLINE_EXCEEDED',
      `Processes ${left} of ${id} do not die after SIGKILL: they may hang in the GPU driver (see dmesg); a reboot frees the GPU`,
    )
  }
  if ((await readState(root, id))?.exitCode === undefined) await writeExitCode(state, killedCode)
}
