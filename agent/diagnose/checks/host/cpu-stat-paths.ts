/**
 * Where the cpu.stat of a process may be, from its /proc/PID/cgroup: below the one hierarchy of version 2, or below the one of version 1
 * that has the cpu controller, under either of its usual names. Pure.
 */
export const cpuStatPaths = (cgroups: string): readonly string[] =>
  cgroups.split('\n').flatMap((line) => {
    const [, controllers = '', path = ''] = /^\d+:([^:]*):(.*)$/.exec(line) ?? []
    if (path === '') return []
    const below = (hierarchy: string) => `/sys/fs/cgroup${hierarchy}${path === '/' ? '' : path}/cpu.stat`
    if (controllers === '') return [below('')]
    return controllers.split(',').includes('cpu') ? [below(`/${controllers}`), below('/cpu')] : []
  })
