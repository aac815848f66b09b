import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { eventually } from '../../lab/wait.ts'

const freezer = '/sys/fs/cgroup/freezer'
const prefix = 'hostler-frozen-'

/** The old cgroup freezer is the one way to have a process that SIGKILL does not end; not every machine has it. */
export const canFreeze = (): boolean => process.getuid?.() === 0 && existsSync(join(freezer, 'cgroup.procs'))

/** A cgroup whose processes are not ended even by SIGKILL while it is frozen. Thawed, emptied and removed when the test ends. */
export const freezingCgroup = (t: ExecutionContext): { readonly procs: string; freeze(): void; thaw(): Promise<void> } => {
  for (const name of readdirSync(freezer)) {
    // What a crashed run of this test left.
    if (name.startsWith(prefix) && !existsSync(`/proc/${name.slice(prefix.length)}`)) void remove(join(freezer, name))
  }
  const folder = join(freezer, `${prefix}${process.pid}`)
  mkdirSync(folder)
  t.teardown(() => remove(folder))
  return {
    procs: join(folder, 'cgroup.procs'),
    freeze: () => writeFileSync(join(folder, 'freezer.state'), 'FROZEN'),
    thaw: () => remove(folder),
  }
}

const remove = async (folder: string): Promise<void> => {
  if (!existsSync(folder)) return
  writeFileSync(join(folder, 'freezer.state'), 'THAWED')
  await eventually(
    () => {
      const pids = readFileSync(join(folder, 'cgroup.procs'), 'utf8')
        .split('\n')
        .filter((pid) => pid !== '')
      for (const pid of pids) process.kill(Number(pid), 'SIGKILL')
      return pids.length === 0
    },
    { deadlineMs: 10_000, what: `${folder} to be empty` },
  )
  rmdirSync(folder)
}
