import { instanceVariable } from './exec/members.ts'
import { readCgroup, readEnvironment, readStat } from './proc.ts'

/** What is needed to recognise the processes of an instance, also after the instance itself is gone. */
export interface OwnerCandidate {
  readonly id: string
  readonly pid?: number | undefined
}

/**
 * The instance a process belongs to: its cgroup names the container, its environment the process group. undefined: it is
 * foreign, or gone. `pid` is in the host's numbering, as nvidia-smi shows it.
 */
export const ownerOfProcess = async <T extends OwnerCandidate>(pid: number, candidates: readonly T[]): Promise<T | undefined> => {
  if (candidates.length === 0) return undefined
  const [cgroup = '', environment, stat] = await Promise.all([readCgroup(pid), readEnvironment(pid), readStat(pid)])
  const mark = environment.find((variable) => variable.startsWith(`${instanceVariable}=`))?.slice(instanceVariable.length + 1)
  return candidates.find(
    ({ id, pid: main }) => cgroup.includes(id) || mark === id || (main !== undefined && (pid === main || stat?.session === main)),
  )
}
