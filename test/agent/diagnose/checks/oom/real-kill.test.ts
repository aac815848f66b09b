import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { oomChecks } from '../../../../../agent/diagnose/checks/oom.ts'
import { exitEvents } from '../../../../../agent/diagnose/engine-log/exit-events.ts'
import { KernelWatch } from '../../../../../agent/diagnose/kmsg/watch.ts'
import { enginePatterns } from '../../../../../agent/diagnose/patterns/engine-lines.ts'
import { runChecks } from '../../../../../agent/diagnose/run-checks.ts'
import { DockerRuntime } from '../../../../../agent/runtime/docker/docker-runtime.ts'
import { systemClock } from '../../../../../shared/clock/clock.ts'
import type { TimelineEvent } from '../../../../../shared/diagnosis/timeline.ts'
import type { ReplicaSpec } from '../../../../../shared/fleet/replica.ts'
import { silentLog } from '../../../../../shared/log/log.ts'
import { type LabEngine, labEngine } from '../../../../lab/engine.ts'
import type { LabHost } from '../../../../lab/host.ts'
import { createLab, type Lab } from '../../../../lab/lab.ts'
import { labTest, whyNot } from '../../../../lab/requires.ts'
import { eventually } from '../../../../lab/wait.ts'
import { checkContext, neverAborted } from '../../../../support/check-context.ts'
import { agentHome, hostSpec } from '../../../reconcile/running.ts'
import { replicaSpec } from '../../../runtime/replica-specs.ts'

const needs = { root: true, engine: true }
const onEngine = labTest(test.serial, needs)

let lab: Lab
let host: LabHost
let engine: LabEngine

test.before(async () => {
  if (whyNot(needs) !== undefined) return
  engine = await labEngine()
  await engine.modelFile(1)
  lab = await createLab()
  host = await lab.addHost({ engine: true })
  await engine.load(host.docker)
})
test.after.always(() => lab?.[Symbol.asyncDispose]())

/** An agent's loop on a real engine, with all that it puts on the timeline, and its checks of memory. */
const running = async (t: ExecutionContext, spec: ReplicaSpec) => {
  const home = await agentHome(t, (hostId) => [new DockerRuntime({ hostId, sockets: [host.engine.socketPath], log: silentLog })])
  const { reconciler, reaches } = await home.start({ address: host.address })
  const events: TimelineEvent[] = []
  reconciler.onExit((exit) => events.push(...exitEvents(exit)))
  const replicaOf = (container: string) => [...reconciler.statuses().values()].find(({ instanceId }) => instanceId === container)?.id ?? ''
  const watch = new KernelWatch({
    whose: { gpuAt: () => '', replicaOf },
    onEvent: (event) => events.push(event),
    clock: systemClock,
    log: silentLog,
    pollMs: 50,
  })
  const stop = new AbortController()
  const watching = watch.run(stop.signal)
  t.teardown(async () => {
    stop.abort()
    await watching
  })
  const runtime = new DockerRuntime({ hostId: home.hostId, sockets: [host.engine.socketPath], log: silentLog })
  await reconciler.setSpec(hostSpec(1, spec))
  const check = async () => {
    const context = checkContext({
      spec: () => reconciler.spec(),
      statuses: () => reconciler.statuses(),
      instances: () => runtime.list(),
      events: () => events.filter(({ subject }) => subject === `replica/${spec.id}`),
      kernelLog: () => watch.state,
    })
    return (await runChecks(oomChecks, context, neverAborted)).flatMap(({ findings }) => findings)
  }
  return { events, reaches, check }
}

onEngine(
  'A llama-server that really runs out of memory is known by the kernel and the container engine, and by no exit code',
  async (t) => {
    const { events, reaches, check } = await running(
      t,
      replicaSpec({
        runtime: 'docker',
        image: engine.image,
        modelPath: join(engine.modelDirectory, 'lab-1.gguf'),
        mountPath: '/model/lab.gguf',
        // A context whose cache alone is larger than the limit.
        args: ['--model', '{{modelPath}}', '--host', '{{address}}', '--port', '{{port}}', '--ctx-size', '4000000', '--no-warmup'],
        memoryLimitMiB: 96,
        engine: 'llamacpp',
        onOom: 'adjust',
      }),
    )
    const status = await reaches('chat-1-0', 'backoff', ({ reason }) => reason === 'OOM_KILLED')
    t.true(status.oomKilled)
    // It is the memory of the host that was short: no flag of the engine is touched for it.
    t.deepEqual(status.adjustments, [])
    await eventually(() => events.some(({ code, subject }) => code === 'kernel.oom-kill' && subject === 'replica/chat-1-0'), {
      deadlineMs: 10_000,
      what: "the kernel's line",
    })
    const findings = await check()
    const kill = findings.find(({ code }) => code === 'oom.host-kill')
    t.like(kill, { verdict: 'CRITICAL', subject: 'replica/chat-1-0' })
    t.like(kill?.params, { scope: 'cgroup', limitMiB: 96, process: 'llama-server' })
    const proofs = kill?.params.proofs as readonly string[]
    t.true(proofs.includes('kernel-log') && proofs.includes('container-engine'), proofs.join())
    t.deepEqual(
      findings.filter(({ code }) => code === 'oom.gpu-memory' || code === 'oom.killed-otherwise'),
      [],
    )
  },
)

onEngine('A worker that the kernel kills while its engine lives on is found in the memory cgroup of the container', async (t) => {
  const { reaches, check } = await running(
    t,
    replicaSpec({ runtime: 'docker', image: engine.image, command: ['/bin/sh', '-c', 'tail /dev/zero; sleep 600'], memoryLimitMiB: 32 }),
  )
  await reaches('chat-1-0', 'loading')
  const kill = await eventually(
    async () => (await check()).find(({ code, params }) => code === 'oom.host-kill' && (params.proofs as string[]).includes('cgroup')),
    {
      deadlineMs: 20_000,
      what: 'the kill to be in the cgroup',
    },
  )
  t.like(kill.params, { replica: 'chat-1-0', times: 1 })
})

onEngine(
  'A line of an engine in a container is told at the time at which it was written, and is known with the figures it gives',
  async (t) => {
    const report = enginePatterns.find(({ id }) => id === 'pytorch.oom')?.samples[0]?.line ?? ''
    const { events, check } = await running(
      t,
      replicaSpec({
        runtime: 'docker',
        image: engine.image,
        command: ['/bin/sh', '-c', 'echo "$REPORT"; sleep 1; exit 1'],
        env: { REPORT: report },
        engine: 'vllm',
      }),
    )
    const exit = await eventually(() => events.find(({ code }) => code === 'container.exit'), {
      deadlineMs: 30_000,
      what: 'the end of the engine',
    })
    const oom = events.find(({ code }) => code === 'engine.cuda-oom')
    t.like(oom?.params, { triedMiB: 8_192, freeMiB: 3_368.96 })
    // It slept for a second in between.
    t.true((oom?.atUnixMs ?? 0) <= exit.atUnixMs - 900, `${oom?.atUnixMs} ${exit.atUnixMs}`)
    t.like(
      (await check()).find(({ code }) => code === 'oom.gpu-memory'),
      { params: { names: ['--max-num-seqs'], to: ['128'] } },
    )
  },
)
