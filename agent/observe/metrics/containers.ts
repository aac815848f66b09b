import type { ReplicaStatus } from '../../../shared/fleet/replica.ts'
import type { SetSeries } from '../../../shared/metrics/series-table.ts'
import type { Instance } from '../../runtime/runtime.ts'
import { type CgroupFiles, openCgroup } from './cgroup-files.ts'
import type { Collector } from './collector.ts'

export interface ContainerCollectorOptions {
  readonly statuses: () => ReadonlyMap<string, ReplicaStatus>
  /** Of all runtimes. Asked only when a replica got another instance: it costs calls to the container engine. */
  readonly instances: () => Promise<readonly Instance[]>
  /** Where control groups are mounted. */
  readonly cgroupRoot?: string
}

/** Control groups of replicas, and what the agent itself knows of them. */
export const containerCollector = ({ statuses, instances, cgroupRoot }: ContainerCollectorOptions): Collector => {
  const open = new Map<string, CgroupFiles | undefined>()

  /** Opens what is new and closes what is gone. */
  const follow = async (wanted: ReadonlySet<string>): Promise<void> => {
    for (const [id, files] of open) {
      if (wanted.has(id)) continue
      files?.[Symbol.dispose]()
      open.delete(id)
    }
    if ([...wanted].every((id) => open.has(id))) return
    const running = new Map((await instances()).map((instance) => [instance.id, instance]))
    for (const id of wanted) {
      const pid = running.get(id)?.pid
      if (!open.has(id) && pid !== undefined) open.set(id, await openCgroup(pid, id, cgroupRoot))
    }
  }

  const collect = async () => {
    const replicas = [...statuses().values()]
    // Without an endpoint or a phase of life there is no process that could be found.
    const living = replicas.filter(({ instanceId, phase }) => instanceId !== '' && alive.has(phase))
    await follow(new Set(living.map(({ instanceId }) => instanceId)))
    return (set: SetSeries) => {
      for (const status of replicas) write(set, status, open.get(status.instanceId))
    }
  }
  return { name: 'containers', everyMs: 0, collect }
}

const alive: ReadonlySet<string> = new Set(['loading', 'probing', 'ready', 'unhealthy', 'stopping'])

const write = (set: SetSeries, status: ReplicaStatus, files: CgroupFiles | undefined): void => {
  const labels = [status.deployment, status.id]
  set('hostler_container_restarts_total', labels, status.restarts)
  set('hostler_replica_ready', labels, status.phase === 'ready')
  const figures = files?.read()
  if (!figures) return
  set('hostler_container_memory_usage_bytes', labels, figures.memoryUsageBytes)
  set('hostler_container_memory_working_set_bytes', labels, figures.memoryWorkingSetBytes)
  set('hostler_container_memory_limit_bytes', labels, figures.memoryLimitBytes)
  set('hostler_container_memory_limit_hits_total', labels, figures.memoryLimitHits)
  set('hostler_container_oom_events_total', labels, figures.oomEvents)
  set('hostler_container_oom_kills_total', labels, figures.oomKills)
  set('hostler_container_cpu_seconds_total', labels, figures.cpuSeconds)
  set('hostler_container_cpu_throttled_seconds_total', labels, figures.cpuThrottledSeconds)
}
