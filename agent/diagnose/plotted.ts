import type { Subject } from '../../shared/diagnosis/subjects.ts'
import type { MetricName } from '../../shared/metrics/catalogue.ts'

/** The metrics whose past a report of a subject plots. */
const metrics: { readonly [S in Subject]: readonly MetricName[] } = {
  host: ['hostler_host_memory_available_bytes', 'hostler_host_cpu_utilization_ratio', 'hostler_host_load1'],
  gpu: ['hostler_gpu_utilization_ratio', 'hostler_gpu_memory_used_bytes', 'hostler_gpu_temperature_celsius', 'hostler_gpu_power_watts'],
  network: ['hostler_neighbour_entries', 'hostler_conntrack_entries'],
  oom: ['hostler_gpu_memory_used_bytes', 'hostler_container_memory_working_set_bytes'],
  storage: ['hostler_filesystem_available_bytes'],
}

export const plotted = (subject: Subject): readonly MetricName[] => metrics[subject]
