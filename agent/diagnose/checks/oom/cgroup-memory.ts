import type { HostFiles } from '../../context.ts'

/** What the memory cgroup of a process tells. */
export interface CgroupMemory {
  /** Where it was read. */
  readonly directory: string
  /** Processes of it that the kernel killed for want of memory, since it was made. */
  readonly oomKills: number
  /** Without what can be given back, such as cached files. */
  readonly usedMiB: number
  /** Undefined: it has no limit. */
  readonly limitMiB: number | undefined
}

const mebibyte = 1024 * 1024
/** Version 1 writes no limit as a number near 2^63. */
const noLimit = 2 ** 60

const field = (text: string | undefined, name: string): number => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text ?? '')?.[1] ?? 0)

const limitOf = (text: string | undefined): number | undefined => {
  const bytes = Number(text?.trim())
  return text === undefined || text.trim() === 'max' || !Number.isFinite(bytes) || bytes >= noLimit
    ? undefined
    : Math.round(bytes / mebibyte)
}

const version2 = async (files: HostFiles, directory: string): Promise<CgroupMemory | undefined> => {
  const [events, current, max, stat] = await Promise.all(
    ['memory.events', 'memory.current', 'memory.max', 'memory.stat'].map((name) => files.text(`${directory}/${name}`)),
  )
  if (events === undefined || current === undefined) return undefined
  const used = Number(current) - field(stat, 'inactive_file')
  return { directory, oomKills: field(events, 'oom_kill'), usedMiB: Math.round(Math.max(0, used) / mebibyte), limitMiB: limitOf(max) }
}

const version1 = async (files: HostFiles, directory: string): Promise<CgroupMemory | undefined> => {
  const [control, usage, limit, stat] = await Promise.all(
    ['memory.oom_control', 'memory.usage_in_bytes', 'memory.limit_in_bytes', 'memory.stat'].map((name) =>
      files.text(`${directory}/${name}`),
    ),
  )
  if (control === undefined || usage === undefined) return undefined
  const used = Number(usage) - field(stat, 'total_inactive_file')
  return { directory, oomKills: field(control, 'oom_kill'), usedMiB: Math.round(Math.max(0, used) / mebibyte), limitMiB: limitOf(limit) }
}

/** The memory cgroup of a process, version 2 or 1; undefined where it is gone or none can be read. */
export const cgroupMemoryOf = async (files: HostFiles, pid: number): Promise<CgroupMemory | undefined> => {
  const membership = await files.text(`/proc/${pid}/cgroup`)
  const memory = membership && /^\d+:(?:[^:\n]*,)?memory(?:,[^:\n]*)?:(\/.*)$/m.exec(membership)?.[1]
  if (memory) return version1(files, `/sys/fs/cgroup/memory${memory === '/' ? '' : memory}`)
  const unified = membership && /^0::(\/.*)$/m.exec(membership)?.[1]
  return unified ? version2(files, `/sys/fs/cgroup${unified === '/' ? '' : unified}`) : undefined
}
