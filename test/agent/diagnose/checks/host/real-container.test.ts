import test, { type ExecutionContext } from 'ava'
import { replicaLimits } from '../../../../../agent/diagnose/checks/host/replica-limits.ts'
import { sharedMemory } from '../../../../../agent/diagnose/checks/host/shared-memory.ts'
import { DockerRuntime } from '../../../../../agent/runtime/docker/docker-runtime.ts'
import { silentLog } from '../../../../../shared/log/log.ts'
import { type LabEngine, labEngine } from '../../../../lab/engine.ts'
import type { LabHost } from '../../../../lab/host.ts'
import { createLab, type Lab } from '../../../../lab/lab.ts'
import { labTest, whyNot } from '../../../../lab/requires.ts'
import { checkContext, neverAborted } from '../../../../support/check-context.ts'
import { testHostId } from '../../../runtime/exec-home.ts'
import { identityFor, replicaSpec } from '../../../runtime/replica-specs.ts'

const needs = { root: true, engine: true }
const onEngine = labTest(test.serial, needs)

let lab: Lab
let host: LabHost
let engine: LabEngine

test.before(async () => {
  if (whyNot(needs) !== undefined) return
  engine = await labEngine()
  lab = await createLab()
  host = await lab.addHost({ engine: true })
  await engine.load(host.docker)
})
test.after.always(() => lab?.[Symbol.asyncDispose]())

/** A real container of a replica that was given two GPUs by name: there are none to hand over. */
const replicaOnTwoGpus = async (t: ExecutionContext, shmMiB: number) => {
  const runtime = new DockerRuntime({ hostId: testHostId, sockets: [host.engine.socketPath], log: silentLog })
  const command = ['/bin/sh', '-c', 'exec sleep 600']
  const spec = replicaSpec({ runtime: 'docker', image: engine.image, command, memlock: 'off', stopGraceMs: 1_000, shmMiB })
  const instance = await runtime.launch({ spec, identity: identityFor(spec, { gpuUuids: ['GPU-a', 'GPU-b'] }) })
  t.teardown(() => runtime.remove(instance))
  return checkContext({
    instances: () => runtime.list(),
    spec: () => ({ generation: 1, replicas: [spec], diagnosisSchedule: '' }),
  })
}

onEngine("A real container with the engine's 64 MiB of /dev/shm is warned of on two GPUs", async (t) => {
  const { findings } = await sharedMemory.run(await replicaOnTwoGpus(t, 0), neverAborted)
  t.like(findings, [{ code: 'host.shm-small', verdict: 'WARNING', params: { sizeMiB: 64, gpus: 2, askedMiB: 0 } }])
})

onEngine('A real container that was given enough /dev/shm passes, and its limits can be read', async (t) => {
  const context = await replicaOnTwoGpus(t, 2_048)
  t.deepEqual((await sharedMemory.run(context, neverAborted)).findings, [])
  const { looked } = await replicaLimits.run(context, neverAborted)
  t.regex(looked[0]?.lines.join('\n') ?? '', /^Max open files/m)
})
