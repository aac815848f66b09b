import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { KernelFile } from '../kernel-file.ts'
import { keyed } from './scan.ts'

/** What a control group tells of itself. */
export interface CgroupFigures {
  readonly memoryUsageBytes: number | undefined
  readonly memoryWorkingSetBytes: number | undefined
  /** Undefined without a limit. */
  readonly memoryLimitBytes: number | undefined
  readonly memoryLimitHits: number | undefined
  readonly oomEvents: number | undefined
  readonly oomKills: number | undefined
  readonly cpuSeconds: number | undefined
  readonly cpuThrottledSeconds: number | undefined
}

/** The files of one control group, kept open. */
export interface CgroupFiles extends Disposable {
  read(): CgroupFigures
}

const scaled = (value: number | undefined, by: number): number | undefined => (value === undefined ? undefined : value * by)
const less = (value: number | undefined, part: number | undefined): number | undefined =>
  value === undefined ? undefined : Math.max(0, value - (part ?? 0))

const version2 = (directory: string): CgroupFiles => {
  const file = (name: string) => new KernelFile(join(directory, name))
  const files = {
    current: file('memory.current'),
    max: file('memory.max'),
    stat: file('memory.stat'),
    events: file('memory.events'),
    cpu: file('cpu.stat'),
  }
  return {
    read: () => {
      const usage = files.current.readNumber()
      const events = files.events.read() ?? ''
      const cpu = files.cpu.read() ?? ''
      return {
        memoryUsageBytes: usage,
        memoryWorkingSetBytes: less(usage, keyed(files.stat.read() ?? '', 'inactive_file ')),
        memoryLimitBytes: files.max.readNumber(),
        memoryLimitHits: keyed(events, 'max '),
        oomEvents: keyed(events, 'oom '),
        oomKills: keyed(events, 'oom_kill '),
        cpuSeconds: scaled(keyed(cpu, 'usage_usec '), 1e-6),
        cpuThrottledSeconds: scaled(keyed(cpu, 'throttled_usec '), 1e-6),
      }
    },
    [Symbol.dispose]: () => {
      for (const open of Object.values(files)) open[Symbol.dispose]()
    },
  }
}

/** No limit is a number near 2^63 there. */
const unlimited = 2 ** 60

const version1 = (memory: string, cpuAccounting: string, cpuControl: string): CgroupFiles => {
  const files = {
    usage: new KernelFile(join(memory, 'memory.usage_in_bytes')),
    limit: new KernelFile(join(memory, 'memory.limit_in_bytes')),
    stat: new KernelFile(join(memory, 'memory.stat')),
    hits: new KernelFile(join(memory, 'memory.failcnt')),
    oom: new KernelFile(join(memory, 'memory.oom_control')),
    cpu: new KernelFile(join(cpuAccounting, 'cpuacct.usage')),
    throttled: new KernelFile(join(cpuControl, 'cpu.stat')),
  }
  return {
    read: () => {
      const usage = files.usage.readNumber()
      const limit = files.limit.readNumber()
      return {
        memoryUsageBytes: usage,
        memoryWorkingSetBytes: less(usage, keyed(files.stat.read() ?? '', 'total_inactive_file ')),
        memoryLimitBytes: limit !== undefined && limit < unlimited ? limit : undefined,
        memoryLimitHits: files.hits.readNumber(),
        // Version 1 counts kills alone.
        oomEvents: undefined,
        oomKills: keyed(files.oom.read() ?? '', 'oom_kill '),
        cpuSeconds: scaled(files.cpu.readNumber(), 1e-9),
        cpuThrottledSeconds: scaled(keyed(files.throttled.read() ?? '', 'throttled_time '), 1e-9),
      }
    },
    [Symbol.dispose]: () => {
      for (const open of Object.values(files)) open[Symbol.dispose]()
    },
  }
}

/** Path by controller, from the text of /proc/PID/cgroup; the unified hierarchy has no name. Pure. */
export const cgroupPaths = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text.split('\n').flatMap((line) => {
      const [, controllers, ...path] = line.split(':')
      return controllers === undefined ? [] : controllers.split(',').map((name) => [name, path.join(':')] as const)
    }),
  )

/**
 * The control group of an instance, by its main process. Undefined when the process is gone or lives in a control group that is not its
 * own: figures of the whole service would be taken for those of a replica.
 */
export const openCgroup = async (
  pid: number,
  instanceId: string,
  root = '/sys/fs/cgroup',
  proc = '/proc',
): Promise<CgroupFiles | undefined> => {
  const paths = cgroupPaths(await readFile(`${proc}/${pid}/cgroup`, 'utf8').catch(() => ''))
  const own = (name: string): string | undefined => {
    const path = paths.get(name)
    return path?.includes(instanceId) ? path : undefined
  }
  if (existsSync(join(root, 'cgroup.controllers'))) {
    const path = own('')
    return path === undefined ? undefined : version2(join(root, path))
  }
  const memory = own('memory')
  if (memory === undefined) return undefined
  return version1(join(root, 'memory', memory), join(root, 'cpuacct', own('cpuacct') ?? 'none'), join(root, 'cpu', own('cpu') ?? 'none'))
}
