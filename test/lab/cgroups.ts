import { readdirSync, readFileSync } from 'node:fs'
import { rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ifThere } from './proc.ts'
import { eventually } from './wait.ts'

const mountPoint = '/sys/fs/cgroup'

/** The cgroup that the containers of a run's engines are in, below the root of each hierarchy. */
export const cgroupName = (runId: string): string => `hostler-lab-${runId}`

/** The processes in a run's cgroups. */
export const cgroupMembers = (runId: string): number[] =>
  cgroupsOf(runId).flatMap((cgroup) =>
    (ifThere(() => readFileSync(join(cgroup, 'cgroup.procs'), 'utf8')) ?? '').split('\n').filter(Boolean).map(Number),
  )

/** Removes a run's cgroups; they must be about to be empty. */
export const removeCgroups = async (runId: string): Promise<void> => {
  await eventually(
    async () => {
      for (const cgroup of cgroupsOf(runId)) await rmdir(cgroup)
      return true
    },
    { deadlineMs: 5_000, what: `the cgroups of run ${runId} to be empty`, everyMs: 20 },
  )
}

/** The cgroups of a run, the deepest first: in the one hierarchy of cgroup v2, or in each of cgroup v1. */
const cgroupsOf = (runId: string): string[] =>
  [mountPoint, ...directoriesIn(mountPoint)].flatMap((hierarchy) =>
    directoriesIn(hierarchy)
      .filter((directory) => directory === join(hierarchy, cgroupName(runId)))
      .flatMap(deepestFirst),
  )

const deepestFirst = (directory: string): string[] => [...directoriesIn(directory).flatMap(deepestFirst), directory]

const directoriesIn = (directory: string): string[] =>
  (ifThere(() => readdirSync(directory, { withFileTypes: true })) ?? [])
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(directory, entry.name))
