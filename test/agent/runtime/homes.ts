import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ExecRuntime } from '../../../agent/runtime/exec/exec-runtime.ts'
import { readStates } from '../../../agent/runtime/exec/record.ts'

const prefix = 'hostler-exec-home-'

/** Ends every process that was started from this state directory, and removes it. */
export const removeHome = async (stateDir: string): Promise<void> => {
  for (const { record } of await readStates(join(stateDir, 'exec'))) {
    const runtime = new ExecRuntime({ hostId: record.identity.hostId, stateDir, baseEnv: {} })
    for (const instance of await runtime.list()) await runtime.remove(instance)
  }
  rmSync(stateDir, { recursive: true, force: true })
}

/** What a test process that was killed has left: its engines outlive it, as they outlive an agent. */
const removeDeadHomes = async (): Promise<void> => {
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1]
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) await removeHome(join(tmpdir(), name))
  }
}

let swept: Promise<void> | undefined

/** A state directory named after this process. */
export const makeHome = async (): Promise<string> => {
  swept ??= removeDeadHomes()
  await swept
  return mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`))
}
