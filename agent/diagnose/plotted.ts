import type { Subject } from '../../shared/diagnosis/subjects.ts'

/** The metrics whose past a report of a subject plots. */
const metrics: { readonly [S in Subject]: readonly string[] } = {
  host: ['hostler_host_memory_available_bytes', 'hostler_host_load1'],
  gpu: ['hostler_gpu_utilization_ratio', 'hostler_gpu_memory_used_bytes', 'hostler_gpu_temperature_celsius', 'hostler_gpu_power_watts'],
  network: [],
  oom: ['hostler_gpu_memory_used_bytes', 'hostler_container_memory_working_set_bytes'],
  storage: [],
}

export const plotted = (subject: Subject): readonly string[] => metrics[subject]
