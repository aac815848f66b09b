import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { cgroupPaths, openCgroup } from '../../../../agent/observe/metrics/cgroup-files.ts'
import { containerCollector } from '../../../../agent/observe/metrics/containers.ts'
import type { Instance } from '../../../../agent/runtime/runtime.ts'
import type { ReplicaStatus } from '../../../../shared/fleet/replica.ts'
import { SeriesTable } from '../../../../shared/metrics/series-table.ts'
import { labEngine } from '../../../lab/engine.ts'
import { createLab } from '../../../lab/lab.ts'
import { labTest } from '../../../lab/requires.ts'
import { eventually } from '../../../lab/wait.ts'
import { scratchDirectory } from '../../../support/scratch.ts'

const onEngines = labTest(test, { root: true, engine: true })
const mebibyte = 1024 * 1024
const id = '4f2c'.repeat(16)

const write = async (root: string, files: Readonly<Record<string, string>>): Promise<void> => {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(root, name, '..'), { recursive: true })
    await writeFile(join(root, name), text)
  }
}

test('a control group of version 2 is read as the kernel writes it', async (t) => {
  await using scratch = await scratchDirectory()
  const group = `cg/system.slice/docker-${id}.scope`
  await write(scratch.path, {
    'cg/cgroup.controllers': 'cpu memory\n',
    'proc/42/cgroup': `0::/system.slice/docker-${id}.scope\n`,
    [`${group}/memory.current`]: `${300 * mebibyte}\n`,
    [`${group}/memory.max`]: `${512 * mebibyte}\n`,
    [`${group}/memory.stat`]: `anon 1\nfile 2\nactive_file 7\ninactive_file ${100 * mebibyte}\n`,
    [`${group}/memory.events`]: 'low 0\nhigh 0\nmax 12\noom 3\noom_kill 2\noom_group_kill 0\n',
    [`${group}/cpu.stat`]: 'usage_usec 2500000\nuser_usec 1\nsystem_usec 1\nnr_periods 5\nnr_throttled 1\nthrottled_usec 500000\n',
  })
  using files = await openCgroup(42, id, join(scratch.path, 'cg'), join(scratch.path, 'proc'))
  t.deepEqual(files?.read(), {
    memoryUsageBytes: 300 * mebibyte,
    memoryWorkingSetBytes: 200 * mebibyte,
    memoryLimitBytes: 512 * mebibyte,
    memoryLimitHits: 12,
    oomEvents: 3,
    oomKills: 2,
    cpuSeconds: 2.5,
    cpuThrottledSeconds: 0.5,
  })
  await writeFile(join(scratch.path, group, 'memory.max'), 'max\n')
  t.is(files?.read().memoryLimitBytes, undefined)
})

test('a control group of version 1 is read as the kernel writes it', async (t) => {
  await using scratch = await scratchDirectory()
  await write(scratch.path, {
    'proc/42/cgroup': `11:memory:/docker/${id}\n4:cpu,cpuacct:/docker/${id}\n1:name=systemd:/docker/${id}\n0::/\n`,
    [`cg/memory/docker/${id}/memory.usage_in_bytes`]: `${300 * mebibyte}\n`,
    [`cg/memory/docker/${id}/memory.limit_in_bytes`]: '9223372036854771712\n',
    [`cg/memory/docker/${id}/memory.stat`]: `cache 1\ninactive_file 5\ntotal_inactive_file ${100 * mebibyte}\n`,
    [`cg/memory/docker/${id}/memory.failcnt`]: '12\n',
    [`cg/memory/docker/${id}/memory.oom_control`]: 'oom_kill_disable 0\nunder_oom 0\noom_kill 2\n',
    [`cg/cpuacct/docker/${id}/cpuacct.usage`]: '2500000000\n',
    [`cg/cpu/docker/${id}/cpu.stat`]: 'nr_periods 5\nnr_throttled 1\nthrottled_time 500000000\n',
  })
  using files = await openCgroup(42, id, join(scratch.path, 'cg'), join(scratch.path, 'proc'))
  t.deepEqual(files?.read(), {
    memoryUsageBytes: 300 * mebibyte,
    memoryWorkingSetBytes: 200 * mebibyte,
    memoryLimitBytes: undefined,
    memoryLimitHits: 12,
    oomEvents: undefined,
    oomKills: 2,
    cpuSeconds: 2.5,
    cpuThrottledSeconds: 0.5,
  })
})

test("a process in somebody else's control group has none of its own", async (t) => {
  await using scratch = await scratchDirectory()
  await write(scratch.path, { 'cg/cgroup.controllers': 'memory\n', 'proc/42/cgroup': '0::/system.slice/hostler-agent.service\n' })
  t.is(await openCgroup(42, id, join(scratch.path, 'cg'), join(scratch.path, 'proc')), undefined)
  t.is(await openCgroup(43, id, join(scratch.path, 'cg'), join(scratch.path, 'proc')), undefined)
  t.is(cgroupPaths('3:cpu,cpuacct:/a:b\n').get('cpuacct'), '/a:b')
})

onEngines("a real container's memory, CPU and OOM kills are counted, and it is gone with its figures", async (t) => {
  t.timeout(240_000)
  const engine = await labEngine()
  await using lab = await createLab()
  const host = await lab.addHost({ engine: true })
  await engine.load(host.docker)
  const container = await host.docker.createContainer({
    Image: engine.image,
    // The second process is the larger, so the kernel ends that one and the container lives on.
    Entrypoint: ['/bin/sh', '-c', 'while :; do tail /dev/zero >/dev/null 2>&1; sleep 1; done'],
    HostConfig: { NetworkMode: 'none', Memory: 64 * mebibyte, MemorySwap: 64 * mebibyte },
  })
  await container.start()
  const { State } = await container.inspect()
  let asked = 0
  const statuses = new Map([
    ['chat-1', { id: 'chat-1', deployment: 'chat', phase: 'ready', instanceId: container.id, restarts: 2 } as ReplicaStatus],
  ])
  const collector = containerCollector({
    statuses: () => statuses,
    instances: async () => {
      asked += 1
      return [{ id: container.id, pid: State.Pid } as Instance]
    },
  })
  const table = new SeriesTable()
  const collect = async () => {
    table.fill(await collector.collect(new AbortController().signal))
    return new Map(table.series().map(({ name, labels, value }) => [`${name}/${labels.join('/')}`, value]))
  }
  const figures = await eventually(
    async () => {
      const now = await collect()
      return (now.get('hostler_container_oom_kills_total/chat/chat-1') ?? 0) > 0 ? now : undefined
    },
    { deadlineMs: 60_000, what: 'the kernel to end a process', everyMs: 200 },
  )
  t.is(figures.get('hostler_container_memory_limit_bytes/chat/chat-1'), 64 * mebibyte)
  t.true((figures.get('hostler_container_memory_usage_bytes/chat/chat-1') ?? 0) > 0)
  t.true(figures.has('hostler_container_memory_limit_hits_total/chat/chat-1'))
  t.true((figures.get('hostler_container_cpu_seconds_total/chat/chat-1') ?? 0) > 0)
  t.is(figures.get('hostler_container_restarts_total/chat/chat-1'), 2)
  t.is(figures.get('hostler_replica_ready/chat/chat-1'), 1)
  t.is(asked, 1, 'the container engine was asked once')
  statuses.clear()
  t.is((await collect()).size, 0)
})
