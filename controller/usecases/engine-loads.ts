import { type EngineLoad, engineLoadFreshMs } from '../../shared/fleet/engine-load.ts'
import type { Facts } from './facts.ts'
import type { FleetMetrics } from './metrics.ts'

/** What was told of each replica, by when its host took the figures. One for each session with a gateway. */
export type ToldLoads = Map<string, number>

/** Figures of engines that are new since `told`, which then holds what is given here. From memory alone. */
export const newEngineLoads = (
  { assignments }: Pick<Facts, 'assignments'>,
  metrics: Pick<FleetMetrics, 'of' | 'ofReplica'>,
  told: ToldLoads,
): readonly EngineLoad[] => {
  const loads: EngineLoad[] = []
  for (const id of told.keys()) if (!assignments.has(id)) told.delete(id)
  for (const { id, hostId, stage } of assignments.values()) {
    if (stage !== 'serving') continue
    const host = metrics.of(hostId)
    if (host === undefined || host.atUnixMs === told.get(id)) continue
    const running = metrics.ofReplica(hostId, id, 'hostler_engine_requests_running')
    const ageMs = host.ageMs + 1000 * (metrics.ofReplica(hostId, id, 'hostler_engine_sample_age_seconds') ?? 0)
    if (running === undefined || ageMs > engineLoadFreshMs) continue
    told.set(id, host.atUnixMs)
    loads.push({
      replicaId: id,
      running,
      waiting: metrics.ofReplica(hostId, id, 'hostler_engine_requests_waiting') ?? 0,
      kvCacheRatio: metrics.ofReplica(hostId, id, 'hostler_engine_kv_cache_usage_ratio'),
      ageMs,
    })
  }
  return loads
}
