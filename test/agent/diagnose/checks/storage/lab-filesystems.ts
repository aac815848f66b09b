import type { ExecutionContext } from 'ava'
import { removeDeadRuns, removeRun } from '../../../../lab/leftovers.ts'
import { openRunDirectory, runDirectory } from '../../../../lab/run-directory.ts'

/** A run of the lab for mounts alone, removed when the test ends; what a killed one left is removed first. */
export const openMountRun = async (t: ExecutionContext): Promise<{ readonly runId: string; readonly directory: string }> => {
  await removeDeadRuns()
  const runId = await openRunDirectory()
  t.teardown(() => removeRun(runId))
  return { runId, directory: runDirectory(runId) }
}
