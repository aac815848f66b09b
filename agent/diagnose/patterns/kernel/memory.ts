import { event, type KernelPattern } from './fact.ts'

const kib = (text: string | undefined): number => Math.round(Number(text ?? 0) / 1024)

/** Docker, Podman and containerd put the container's 64 hexadecimal digits into the name of its cgroup. */
const containerOf = (cgroup: string): string => /[0-9a-f]{64}/.exec(cgroup)?.[0] ?? ''

/** Lines of the kernel's own memory management. */
export const memoryLines: readonly KernelPattern[] = [
  {
    id: 'kernel.oom-kill',
    test: /oom-kill:constraint=(CONSTRAINT_[A-Z_]{1,20}),/,
    read: ([, constraint], line) => {
      const cgroup = /,task_memcg=([^,]{1,500}),/.exec(line)?.[1] ?? ''
      const container = containerOf(cgroup)
      return event({
        code: 'kernel.oom-kill',
        subject: container === '' ? 'host' : `container/${container.slice(0, 12)}`,
        params: {
          scope: constraint === 'CONSTRAINT_MEMCG' ? 'cgroup' : 'host',
          process: /,task=([^,]{1,64}),/.exec(line)?.[1] ?? '',
          pid: Number(/,pid=(\d{1,10}),/.exec(line)?.[1] ?? 0),
          cgroup,
          container,
          replica: '',
          anonMiB: 0,
        },
      })
    },
    samples: [
      {
        from: 'Linux 6.1, cgroup v2',
        dated: '2026-11-23',
        origin: 'source',
        line: 'oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=docker-4e5b6c7d8e9f4e5b6c7d8e9f4e5b6c7d8e9f4e5b6c7d8e9f4e5b6c7d8e9f4e5b.scope,mems_allowed=0-1,oom_memcg=/system.slice/docker-4e5b6c7d8e9f4e5b6c7d8e9f4e5b6c7d8e9f4e5b6c7d8e9f4e5b6c7d8e9f4e5b.scope,task_memcg=/system.slice/docker-4e5b6c7d8e9f4e5b6c7d8e9f4e5b6c7d8e9f4e5b6c7d8e9f4e5b6c7d8e9f4e5b.scope,task=llama-server,pid=51423,uid=0',
      },
      {
        from: 'Linux 5.15, the whole host',
        dated: '2026-11-23',
        origin: 'source',
        line: 'oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/user.slice/user-0.slice,task=python3,pid=1188,uid=0',
      },
    ],
  },
  {
    id: 'kernel.oom-victim',
    test: /(Memory cgroup out of memory|Out of memory(?: \(oom_kill_allocating_task\))?): Killed process (\d{1,10}) \(([^)]{1,64})\)/,
    read: ([, what, pid, process = ''], line) => ({
      kind: 'victim',
      pid: Number(pid),
      process,
      scope: what?.startsWith('Memory cgroup') ? 'cgroup' : 'host',
      anonMiB: kib(/anon-rss:(\d{1,15})kB/.exec(line)?.[1]),
    }),
    samples: [
      {
        from: 'Linux 6.1, cgroup v2',
        dated: '2026-11-23',
        origin: 'source',
        line: 'Memory cgroup out of memory: Killed process 51423 (llama-server) total-vm:1048576kB, anon-rss:262144kB, file-rss:8192kB, shmem-rss:0kB, UID:0 pgtables:1200kB oom_score_adj:0',
      },
      {
        from: 'Linux 5.15, the whole host',
        dated: '2026-11-23',
        origin: 'source',
        line: 'Out of memory: Killed process 1188 (python3) total-vm:64512340kB, anon-rss:61234560kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:120340kB oom_score_adj:0',
      },
    ],
  },
  {
    id: 'kernel.hung-task',
    test: /INFO: task (\S{1,64}):(\d{1,10}) blocked for more than (\d{1,6}) seconds/,
    read: ([, process = '', pid, seconds]) =>
      event({ code: 'kernel.hung-task', subject: 'host', params: { process, pid: Number(pid), seconds: Number(seconds) } }),
    samples: [
      {
        from: 'Linux 6.1',
        dated: '2026-11-23',
        origin: 'source',
        line: 'INFO: task nvidia-smi:20417 blocked for more than 120 seconds.',
      },
    ],
  },
]
