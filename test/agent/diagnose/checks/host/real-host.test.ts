import { existsSync } from 'node:fs'
import { mkdir, readdir, rmdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { backlog } from '../../../../../agent/diagnose/checks/host/backlog.ts'
import { fastOpen } from '../../../../../agent/diagnose/checks/host/fast-open.ts'
import { memory } from '../../../../../agent/diagnose/checks/host/memory.ts'
import { processors } from '../../../../../agent/diagnose/checks/host/processors.ts'
import { replicaLimits } from '../../../../../agent/diagnose/checks/host/replica-limits.ts'
import { sharedMemory } from '../../../../../agent/diagnose/checks/host/shared-memory.ts'
import { stuckProcesses } from '../../../../../agent/diagnose/checks/host/stuck-processes.ts'
import { hostChecks } from '../../../../../agent/diagnose/checks/host.ts'
import { hostFiles } from '../../../../../agent/diagnose/files.ts'
import { runChecks } from '../../../../../agent/diagnose/run-checks.ts'
import { wordsIn } from '../../../../../shared/diagnosis/words/words.ts'
import { run, startProcess } from '../../../../lab/process.ts'
import { labTest } from '../../../../lab/requires.ts'
import { eventually } from '../../../../lab/wait.ts'
import { checkContext, neverAborted } from '../../../../support/check-context.ts'
import { canFreeze, freezingCgroup } from '../../../observe/frozen.ts'
import { engineProcess, untilStat, withReplica } from './replica-processes.ts'

const rootTest = labTest(test, { root: true })

test('A real listener with a backlog below the limit of the host is told, and one at the limit is not', async (t) => {
  const servers = [5, 1_000_000].map((length) => ({ length, server: createServer() }))
  for (const { length, server } of servers) {
    await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: length }, resolve))
    t.teardown(() => server.close())
  }
  const [small, full] = servers.map(({ server }) => (server.address() as { readonly port: number }).port)

  const { findings } = await backlog.run(withReplica(process.pid, { port: small ?? 0 }), neverAborted)
  t.like(findings[0], { code: 'host.backlog-below-limit', verdict: 'INFO' })
  t.like(findings[0]?.params, { replica: 'chat-1-0', port: small, backlog: 5, waiting: 0 })
  t.is(findings[0]?.ruledOut[0]?.cause, 'host.queue-empty')
  t.deepEqual((await backlog.run(withReplica(process.pid, { port: full ?? 0 }), neverAborted)).findings, [])
})

const unprivileged = ['--reuid=65534', '--clear-groups', 'bash', '-c']

rootTest('A real process with little memory to lock is warned of when it is on several GPUs', async (t) => {
  const { pid } = await engineProcess(t, 'setpriv', [...unprivileged, 'ulimit -l 64; echo ready; exec sleep 600'])
  const { findings } = await replicaLimits.run(withReplica(pid, { gpuUuids: ['GPU-a', 'GPU-b'], memlock: 'auto' }), neverAborted)
  t.like(findings[0], { code: 'host.memlock-limited', verdict: 'WARNING' })
  t.like(findings[0]?.params, { limitKiB: 64, gpus: 2, asked: true })
  t.true((findings[0]?.evidence[0]?.lines ?? []).some((line) => line.startsWith('Max locked memory')))
  // One GPU registers next to nothing.
  const single = await replicaLimits.run(withReplica(pid, { gpuUuids: ['GPU-a'], memlock: 'off' }), neverAborted)
  t.deepEqual(single.findings, [])
})

rootTest('A process with the right to lock any memory is not warned of, whatever its limit', async (t) => {
  const { pid } = await engineProcess(t, 'bash', ['-c', 'ulimit -l 64; echo ready; exec sleep 600'])
  const { findings } = await replicaLimits.run(withReplica(pid, { gpuUuids: ['GPU-a', 'GPU-b'], memlock: 'auto' }), neverAborted)
  t.deepEqual(findings, [])
})

test('A real process that has nearly all files open that it may is warned of', async (t) => {
  const script = 'ulimit -n 100; for i in $(seq 10 95); do eval "exec $i</dev/null"; done; echo ready; exec sleep 600'
  const { pid } = await engineProcess(t, 'bash', ['-c', script])
  const { findings } = await replicaLimits.run(withReplica(pid), neverAborted)
  t.like(findings[0], { code: 'host.open-files', verdict: 'WARNING' })
  t.is(findings[0]?.params.limit, 100)
  t.true(Number(findings[0]?.params.open) >= 86)
})

rootTest('64 MiB of /dev/shm in a mount namespace of its own is warned of with several GPUs, and is fine with one', async (t) => {
  const script = 'mount -t tmpfs -o size=65536k shm /dev/shm && echo ready && exec sleep 600'
  const { pid } = await engineProcess(t, 'unshare', ['--mount', 'bash', '-c', script])
  const { findings } = await sharedMemory.run(withReplica(pid, { gpuUuids: ['GPU-a', 'GPU-b'] }), neverAborted)
  t.like(findings[0], { code: 'host.shm-small', verdict: 'WARNING' })
  t.like(findings[0]?.params, { sizeMiB: 64, gpus: 2, askedMiB: 0 })
  t.deepEqual((await sharedMemory.run(withReplica(pid, { gpuUuids: ['GPU-a'] }), neverAborted)).findings, [])
})

const fetchTwice = 'for i in 1 2; do curl -s --tcp-fastopen http://127.0.0.1:$port/ >/dev/null; done'
const serve = "require('http').createServer((q, r) => r.end('ok')).listen(0, '127.0.0.1', function () { console.log(this.address().port) })"

/** A network namespace of its own where a server that asks for nothing was fetched from twice, with TCP Fast Open set to a value. */
const fastOpenHost = async (t: ExecutionContext, setting: number) => {
  const script = [
    `ip link set lo up && echo ${setting} > /proc/sys/net/ipv4/tcp_fastopen`,
    `exec 3< <(exec ${process.execPath} -e "${serve}")`,
    `read -r port <&3 && ${fetchTwice} && echo ready && exec sleep 600`,
  ].join(' && ')
  const { pid } = await engineProcess(t, 'unshare', ['--net', 'bash', '-c', script])
  const text = async (path: string) => (await run('nsenter', ['--target', `${pid}`, '--net', 'cat', path])).stdout
  return checkContext({ files: { ...hostFiles(''), text } })
}

labTest(test, { root: true, programs: ['curl'] })(
  'TCP Fast Open set to 3 does nothing for a server that does not ask for it, and what is advised in its place does',
  async (t) => {
    const { findings } = await fastOpen.run(await fastOpenHost(t, 3), neverAborted)
    t.like(findings[0], { code: 'host.fast-open-unused', verdict: 'INFO' })
    const advice = findings[0] && wordsIn('en').finding(findings[0]).remedies.at(-1)?.command
    t.is(advice, 'sysctl -w net.ipv4.tcp_fastopen=1027')
    t.deepEqual((await fastOpen.run(await fastOpenHost(t, 1027), neverAborted)).findings, [])
  },
)

if (canFreeze()) {
  test('A process that even SIGKILL does not end is stuck, and critical when it is of a replica', async (t) => {
    const { procs, freeze, thaw } = freezingCgroup(t)
    const { pid } = await engineProcess(t, 'bash', ['-c', 'echo ready; exec sleep 600'])
    await writeFile(procs, `${pid}`)
    freeze()
    await untilStat(pid, /\) D /, 'the process to be in state D')

    const { findings } = await stuckProcesses.run(withReplica(pid), neverAborted)
    const stuck = findings.find(({ params }) => params.pid === pid)
    t.like(stuck, { code: 'host.process-stuck', verdict: 'CRITICAL', subject: 'replica/chat-1-0' })
    await thaw()
    const after = await stuckProcesses.run(withReplica(pid), neverAborted)
    t.false(after.findings.some(({ params }) => params.pid === pid))
  })
} else {
  test.skip('A process that even SIGKILL does not end is stuck (skipped: needs root and the cgroup v1 freezer)', () => {})
}

const cpuHierarchy = '/sys/fs/cgroup/cpu'
if (process.getuid?.() === 0 && existsSync(join(cpuHierarchy, 'cpu.cfs_quota_us'))) {
  test('A replica that its processor limit really holds back is told with the share of periods', async (t) => {
    const prefix = 'hostler-throttled-'
    for (const name of await readdir(cpuHierarchy)) {
      // What a crashed run of this test left.
      if (name.startsWith(prefix) && !existsSync(`/proc/${name.slice(prefix.length)}`))
        await rmdir(join(cpuHierarchy, name)).catch(() => {})
    }
    const folder = join(cpuHierarchy, `${prefix}${process.pid}`)
    await mkdir(folder)
    t.teardown(() => eventually(() => rmdir(folder).then(() => true), { deadlineMs: 10_000, what: `${folder} to be empty` }))
    await writeFile(join(folder, 'cpu.cfs_period_us'), '2000')
    await writeFile(join(folder, 'cpu.cfs_quota_us'), '1000')
    const busy = await startProcess('bash', ['-c', 'while :; do :; done'])
    t.teardown(() => busy.stop())
    await writeFile(join(folder, 'cgroup.procs'), `${busy.pid}`)

    // This machine itself may be busy: that is another finding.
    const throttled = async () =>
      (await processors.run(withReplica(busy.pid), neverAborted)).findings.find(({ code }) => code === 'host.cpu-throttled')
    const finding = await eventually(throttled, {
      deadlineMs: 20_000,
      what: 'a hundred periods',
    })
    t.like(finding, { code: 'host.cpu-throttled', verdict: 'WARNING', subject: 'replica/chat-1-0' })
    t.true(Number(finding.params.percent) >= 10)
    t.is(finding.evidence[0]?.source, join(folder, 'cpu.stat'))
  })
} else {
  test.skip('A replica that its processor limit really holds back is told (skipped: needs root and the cgroup v1 cpu hierarchy)', () => {})
}

test('The memory of this machine can be judged', async (t) => {
  const { looked } = await memory.run(checkContext(), neverAborted)
  t.regex(looked[0]?.lines.join() ?? '', /MemTotal:.*MemAvailable:/)
})

test('Every check of the host comes to a verdict on this machine, and none fails', async (t) => {
  const results = await runChecks(hostChecks, checkContext(), neverAborted)
  t.deepEqual(
    results.map(({ check }) => check),
    hostChecks.map(({ id }) => id),
  )
  t.deepEqual(
    results.flatMap(({ findings }) => findings).filter(({ code }) => code === 'looking.failed' || code === 'looking.late'),
    [],
  )
})
