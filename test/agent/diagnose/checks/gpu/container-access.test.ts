import test from 'ava'
import { containerAccess, judgeContainerAccess } from '../../../../../agent/diagnose/checks/gpu/container-access.ts'
import { runChecks } from '../../../../../agent/diagnose/run-checks.ts'
import { DockerRuntime } from '../../../../../agent/runtime/docker/docker-runtime.ts'
import type { InsideRun, Instance } from '../../../../../agent/runtime/runtime.ts'
import { silentLog } from '../../../../../shared/log/log.ts'
import { labEngine } from '../../../../lab/engine.ts'
import { createLab } from '../../../../lab/lab.ts'
import { labTest } from '../../../../lab/requires.ts'
import { eventually } from '../../../../lab/wait.ts'
import { checkContext, neverAborted } from '../../../../support/check-context.ts'
import { identityFor, replicaSpec } from '../../../runtime/replica-specs.ts'
import { gpuOf, h200 } from './captures.ts'

const fixtures = new URL('../../../../fixtures', import.meta.url).pathname
const lost: InsideRun = { kind: 'exited', code: 255, output: 'Failed to initialize NVML: Unknown Error\n' }
const listed: InsideRun = { kind: 'exited', code: 0, output: 'GPU 0: NVIDIA H200 (UUID: GPU-a)\n' }
const access = { replica: 'chat-1-0', container: 'a'.repeat(64), line: '', devicesAllowed: undefined, listed: undefined }

test('A container whose cgroup or whose log says that it lost its GPU', (t) => {
  t.deepEqual(judgeContainerAccess([access]).findings, [])
  t.like(judgeContainerAccess([{ ...access, line: 'Failed to initialize NVML: Unknown Error' }]).findings[0], {
    confidence: 'likely',
    verdict: 'CRITICAL',
  })
  t.like(judgeContainerAccess([{ ...access, devicesAllowed: 'c 1:3 rwm\nc 136:* rwm\n' }]).findings[0], { confidence: 'certain' })
  for (const devicesAllowed of ['c 1:3 rwm\nc 195:0 rw\n', 'a *:* rwm\n'])
    t.deepEqual(judgeContainerAccess([{ ...access, devicesAllowed }]).findings, [])
})

test('nvidia-smi that fails inside while it works outside is certain; one that lists GPUs outweighs an old line of the log', (t) => {
  const [finding] = judgeContainerAccess([{ ...access, listed: lost }]).findings
  t.like(finding, { code: 'gpu.lost-in-container', verdict: 'CRITICAL', confidence: 'certain' })
  t.regex(JSON.stringify(finding), /nvidia-smi -L inside says: Failed to initialize NVML: Unknown Error \(exit code 255\)/)
  t.is(judgeContainerAccess([{ ...access, listed: { kind: 'exited', code: 6, output: 'No devices were found\n' } }]).findings.length, 1)
  t.deepEqual(judgeContainerAccess([{ ...access, listed, line: 'Failed to initialize NVML: Unknown Error' }]).findings, [])
  t.deepEqual(judgeContainerAccess([{ ...access, listed: { kind: 'late' } }]).findings, [], 'a program that hangs proves no loss')
  t.regex(JSON.stringify(judgeContainerAccess([{ ...access, listed: { kind: 'absent' } }]).looked), /chat-1-0 \(no nvidia-smi inside\)/)
})

const onEngine = labTest(test, { root: true, engine: true })

onEngine(
  'A real container that lost its GPUs is found by asking inside, and one that hangs or has no nvidia-smi costs its time only',
  async (t) => {
    const engine = await labEngine()
    await using lab = await createLab()
    const host = await lab.addHost({ engine: true })
    await engine.load(host.docker)
    const runtime = new DockerRuntime({ hostId: 'h', sockets: [host.engine.socketPath], log: silentLog })
    const launch = (id: string, script: string) => {
      const spec = replicaSpec({
        ...{ id, runtime: 'docker', image: engine.image, memlock: 'off', stopGraceMs: 100, gpuUuids: ['GPU-a'] },
        ...{ command: ['/bin/sh', '-c', `${script}; sleep 600`], modelPath: fixtures, mountPath: '/fixtures' },
      })
      return runtime.launch({ spec, identity: { ...identityFor(spec), hostId: 'h', replicaId: id } })
    }
    const bin = '/usr/bin/nvidia-smi'
    const mode = (name: string) => `cp /fixtures/fake-nvidia-smi-inside ${bin}; echo ${name} >${bin}.mode; touch /ready`
    const well = await launch('well', mode('ok'))
    const gone = await launch('gone', mode('nvml'))
    const hung = await launch('hung', mode('hang'))
    const bare = await launch('bare', 'touch /ready')
    const isReady = async (instance: Instance) => {
      const run = await runtime.runInside(instance, ['test', '-e', '/ready'], 5_000, neverAborted)
      return run.kind === 'exited' && run.code === 0
    }
    for (const instance of [well, gone, hung, bare])
      await eventually(() => isReady(instance), { deadlineMs: 30_000, what: 'the container to be prepared' })
    const looked: string[] = []
    const report = h200('idle')
    const context = (outside: string) =>
      checkContext({
        instances: () => runtime.list(),
        gpuSample: () => ({ sample: { gpus: [gpuOf(report)], atMonotonicMs: 0, problem: outside }, problem: outside }),
        inside: (instance, command, _, signal) => {
          looked.push(instance.identity.replicaId)
          return runtime.runInside(instance, command, 10_000, signal)
        },
      })
    const [result] = await runChecks([containerAccess], context(''), neverAborted)
    t.deepEqual(
      result?.findings.map(({ code, params }) => [code, params.replica]),
      [['gpu.lost-in-container', 'gone']],
    )
    const told = JSON.stringify(result?.looked)
    t.regex(told, /hung \(nvidia-smi inside did not answer\)/)
    t.regex(told, /bare \(no nvidia-smi inside\)/)
    t.regex(told, /well \(nvidia-smi -L inside\)/)
    looked.length = 0
    await runChecks([containerAccess], context('nvidia-smi hangs'), neverAborted)
    t.deepEqual(looked, [], 'nothing is run inside while the host itself gives no figures')
  },
)
