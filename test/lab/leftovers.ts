import { statSync } from 'node:fs'
import { cgroupMembers, removeCgroups } from './cgroups.ts'
import { removeMounts } from './mounts.ts'
import { namespaceFile, uplinkName } from './network.ts'
import { isAlive, ownerVariable, parseOwner, runVariable } from './owner.ts'
import { environmentVariableOf, ifThere, killAll, networkNamespaceOf, otherProcesses } from './proc.ts'
import { run } from './process.ts'
import { closeRunDirectory, deadRuns, entriesOf } from './run-directory.ts'

/**
 * Removes everything that a run made: processes, containers, namespaces, interfaces, cgroups, mounts, directories. It goes by names and
 * marks alone, so it works the same for a run that ends well and for one that was killed; doing it twice does no harm.
 */
export const removeRun = async (runId: string): Promise<void> => {
  const namespaces = (await entriesOf('/run/netns')).filter((name) => name.startsWith(`hl-${runId}-`))
  await killAll(() => processesOf(runId, namespaces), `the processes of run ${runId}`)
  await removeCgroups(runId)
  // Exit status 1: there was none.
  await run('ip', ['link', 'delete', uplinkName(runId)], { accept: [0, 1] })
  for (const name of namespaces) await run('ip', ['netns', 'delete', name], { accept: [0, 1] })
  await removeMounts(runId)
  await closeRunDirectory(runId)
}

/** Removes what was left by runs and tests whose process has died. Resolves to the ids of the runs. */
export const removeDeadRuns = async (): Promise<string[]> => {
  const runs = await deadRuns()
  for (const runId of runs) await removeRun(runId)
  await killAll(orphans, 'processes of dead tests')
  return runs
}

const processesOf = (runId: string, namespaces: readonly string[]): number[] => {
  const kernelNames = new Set(namespaces.map((name) => `net:[${ifThere(() => statSync(namespaceFile(name)).ino)}]`))
  const found = otherProcesses().filter(
    (pid) => kernelNames.has(networkNamespaceOf(pid) ?? '') || environmentVariableOf(pid, runVariable) === runId,
  )
  return [...found, ...cgroupMembers(runId)]
}

const orphans = (): number[] =>
  otherProcesses().filter((pid) => {
    const owner = parseOwner(environmentVariableOf(pid, ownerVariable) ?? '')
    return owner !== undefined && !isAlive(owner)
  })
