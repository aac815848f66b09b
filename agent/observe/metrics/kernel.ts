import { KernelFile } from '../kernel-file.ts'
import type { Collector, Fill } from './collector.ts'
import { columns, keyed, numberAt } from './scan.ts'

/** Clock ticks a second in /proc: fixed by the kernel's interface on all architectures that have NVIDIA drivers. */
const ticksPerSecond = 100
const modes = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal'] as const
const resources = ['cpu', 'memory', 'io'] as const
const kinds = ['some', 'full'] as const

const memory = [
  ['hostler_host_memory_total_bytes', 'MemTotal:'],
  ['hostler_host_memory_available_bytes', 'MemAvailable:'],
  ['hostler_host_memory_free_bytes', 'MemFree:'],
  ['hostler_host_memory_cached_bytes', 'Cached:'],
  ['hostler_host_memory_dirty_bytes', 'Dirty:'],
  ['hostler_host_swap_total_bytes', 'SwapTotal:'],
  ['hostler_host_swap_free_bytes', 'SwapFree:'],
] as const

const loads = ['hostler_host_load1', 'hostler_host_load5', 'hostler_host_load15'] as const

/** CPU, memory, pressure and load of the host. `proc` is /proc, or the captured one of a test. */
export const kernelCollector = (proc = '/proc'): Collector => {
  const stat = new KernelFile(`${proc}/stat`)
  const meminfo = new KernelFile(`${proc}/meminfo`)
  const loadavg = new KernelFile(`${proc}/loadavg`)
  const vmstat = new KernelFile(`${proc}/vmstat`)
  const pressure = resources.map((resource) => [resource, new KernelFile(`${proc}/pressure/${resource}`)] as const)
  let before: { readonly busy: number; readonly all: number } | undefined

  const fill: Fill = (set) => {
    const text = stat.read() ?? ''
    const first = text.slice(0, Math.max(0, text.indexOf('\n')))
    if (first.startsWith('cpu ')) {
      const ticks = columns(first)
        .slice(1, 1 + modes.length)
        .map(Number)
      for (const [index, mode] of modes.entries()) set('hostler_host_cpu_seconds_total', [mode], (ticks[index] ?? 0) / ticksPerSecond)
      const all = ticks.reduce((sum, value) => sum + value, 0)
      const now = { all, busy: all - (ticks[3] ?? 0) - (ticks[4] ?? 0) }
      if (before && now.all > before.all) {
        // iowait may go back, so a difference can be a little below nothing.
        const ratio = (now.busy - before.busy) / (now.all - before.all)
        set('hostler_host_cpu_utilization_ratio', [], Math.min(1, Math.max(0, ratio)))
      }
      before = now
      set('hostler_host_cpus', [], countCpus(text))
    }
    const memoryText = meminfo.read() ?? ''
    for (const [name, key] of memory) {
      const kib = keyed(memoryText, key)
      set(name, [], kib === undefined ? undefined : kib * 1024)
    }
    set('hostler_host_oom_kills_total', [], keyed(vmstat.read() ?? '', 'oom_kill '))
    const load = loadavg.read()?.split(' ') ?? []
    for (const [index, name] of loads.entries()) set(name, [], load[index] === undefined ? undefined : Number(load[index]))
    for (const [resource, file] of pressure) {
      const told = file.read() ?? ''
      for (const kind of kinds) {
        const line = told.indexOf(`${kind} avg10=`)
        if (line < 0) continue
        set(
          'hostler_host_pressure_ratio',
          [resource, kind],
          Number.parseFloat(told.slice(line + kind.length + 7, line + kind.length + 14)) / 100,
        )
        const total = numberAt(told, told.indexOf('total=', line) + 6)
        set('hostler_host_pressure_seconds_total', [resource, kind], total === undefined ? undefined : total / 1e6)
      }
    }
  }
  return { name: 'kernel', everyMs: 0, collect: () => fill }
}

const countCpus = (text: string): number => {
  let count = 0
  for (let at = text.indexOf('\ncpu'); at >= 0; at = text.indexOf('\ncpu', at + 1)) count += 1
  return count
}
