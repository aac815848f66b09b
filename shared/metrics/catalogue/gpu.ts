import { counter, gauge, type Metric, withHistory } from '../metric.ts'

const gpu = ['gpu', 'uuid'] as const

/** What nvidia-smi tells. A figure that a driver does not give has no series. */
export const gpuMetrics = {
  hostler_gpu_info: gauge('1; the labels describe the GPU.', [...gpu, 'model', 'bus', 'driver']),
  hostler_gpu_memory_used_bytes: withHistory(gauge('Memory in use. Engines reserve nearly all of it when they start.', gpu)),
  hostler_gpu_memory_total_bytes: gauge('Memory of the board.', gpu),
  hostler_gpu_memory_reserved_bytes: gauge('Memory that the driver keeps for itself.', gpu),
  hostler_gpu_utilization_ratio: withHistory(
    gauge('Share of time in which any kernel ran. It says nothing of how much of the GPU a kernel used.', gpu),
  ),
  hostler_gpu_memory_utilization_ratio: gauge('Share of time in which memory was read or written.', gpu),
  hostler_gpu_power_watts: withHistory(gauge('Power draw.', gpu)),
  hostler_gpu_power_limit_watts: gauge('The power limit in force.', gpu),
  hostler_gpu_temperature_celsius: withHistory(gauge('Temperature of the core.', gpu)),
  hostler_gpu_memory_temperature_celsius: withHistory(gauge('Temperature of the memory.', gpu)),
  hostler_gpu_clock_hertz: withHistory(gauge('Clocks of the multiprocessors (sm) and the memory.', [...gpu, 'clock'])),
  hostler_gpu_throttled: withHistory(
    gauge('1 while the driver gives this reason for lower clocks. gpu_idle and sw_power_cap are normal.', [...gpu, 'reason']),
  ),
  hostler_gpu_throttled_seconds_total: counter('Time under a reason since the driver was loaded, where the driver counts it.', [
    ...gpu,
    'reason',
  ]),
  hostler_gpu_ecc_errors_total: counter('ECC errors; period is volatile (since the driver was loaded) or aggregate (life of the board).', [
    ...gpu,
    'kind',
    'period',
  ]),
  hostler_gpu_remapped_rows_total: counter('Memory rows that were replaced by spare ones.', [...gpu, 'kind']),
  hostler_gpu_row_remap_pending: gauge('1 when a row is replaced at the next reset.', gpu),
  hostler_gpu_row_remap_failure: gauge('1 when there was no spare row: replace the board.', gpu),
  hostler_gpu_retired_pages_total: counter('Memory pages taken out of use, on boards before row remapping.', [...gpu, 'kind']),
  hostler_gpu_recovery_needed: gauge("1 when the driver asks for an action, which the label names in the driver's words.", [
    ...gpu,
    'action',
  ]),
  hostler_gpu_pcie_link_generation: gauge('PCIe generation in use; it falls while the GPU idles.', gpu),
  hostler_gpu_pcie_link_generation_max: gauge('PCIe generation that GPU and system can do together.', gpu),
  hostler_gpu_pcie_link_width: gauge('PCIe lanes in use.', gpu),
  hostler_gpu_pcie_link_width_max: gauge('PCIe lanes that GPU and system can do together.', gpu),
  hostler_gpu_pcie_replays_total: withHistory(counter('PCIe packets that had to be sent again.', gpu)),
  hostler_gpu_nvlink_up: gauge('1 when the link is active.', [...gpu, 'link']),
  hostler_gpu_nvlink_errors_total: counter("Errors of a link by the driver's kinds: crc, replay, recovery and others.", [
    ...gpu,
    'link',
    'kind',
  ]),
  hostler_gpu_mig_devices: gauge('Instances that the GPU is cut into; 0 without MIG.', gpu),
  hostler_gpu_mig_memory_used_bytes: gauge('Memory in use of a MIG instance.', [...gpu, 'mig']),
  hostler_gpu_mig_memory_total_bytes: gauge('Memory of a MIG instance.', [...gpu, 'mig']),
  hostler_gpu_processes: gauge('Processes that compute on the GPU; an empty replica are those that are not ours.', [
    ...gpu,
    'deployment',
    'replica',
  ]),
  hostler_gpu_replica_memory_used_bytes: withHistory(
    gauge('Memory of the processes of a replica; an empty replica are those that are not ours.', [...gpu, 'deployment', 'replica']),
  ),
  hostler_gpus: gauge('GPUs that nvidia-smi lists.'),
  hostler_gpu_sample_age_seconds: gauge('Age of the figures of the GPUs. It grows while nvidia-smi hangs.'),
  hostler_gpu_sample_problem: gauge('1 while GPUs cannot be read, also where there is no nvidia-smi; hostler get hosts says why.'),
  hostler_gpu_health_age_seconds: gauge('Age of the counters that are read seldom: ECC aggregate, row remapping, replays, NVLink, MIG.'),
} as const satisfies Record<string, Metric>
