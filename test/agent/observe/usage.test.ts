import test, { type ExecutionContext } from 'ava'
import { GpuSampler } from '../../../agent/observe/gpu-sampler.ts'
import { NvidiaSmi } from '../../../agent/observe/nvidia-smi.ts'
import { UsageReader } from '../../../agent/observe/usage.ts'
import { eventually } from '../../lab/wait.ts'
import { type FakeGpus, fakeGpus } from './fake-gpus.ts'

const within = (what: string) => ({ deadlineMs: 20_000, what })

const reader = (t: ExecutionContext, program: string, replicaOf: (pid: number) => string | undefined = () => undefined) => {
  const sampler = new GpuSampler({ program, environment: process.env, intervalMs: 100, deadlineMs: 1500 })
  const nvidiaSmi = new NvidiaSmi({ program, environment: process.env })
  t.teardown(() => sampler[Symbol.asyncDispose]())
  t.teardown(() => nvidiaSmi[Symbol.asyncDispose]())
  return new UsageReader(sampler, nvidiaSmi, async (pid) => replicaOf(pid))
}

const held = (fake: FakeGpus) => ({ memoryUsedMiB: Math.floor((143771 * 90) / 100), uuid: fake.uuid(1) })

test('Usage follows the processes that hold GPUs and tells ours from foreign ones', async (t) => {
  const fake = fakeGpus(t, { gpus: 2 })
  let ours: number | undefined
  const usage = reader(t, fake.program, (pid) => (pid === ours ? 'chat-0' : undefined))
  await eventually(async () => (await usage.read()).gpus.length === 2, within('both GPUs'))
  const idle = await usage.read()
  t.deepEqual(
    idle.gpus.map(({ memoryUsedMiB, processes }) => [memoryUsedMiB, processes.length]),
    [
      [0, 0],
      [0, 0],
    ],
  )
  t.true((idle.memoryAvailableMiB ?? 0) > 0 && idle.load1m !== undefined && idle.gpuProblem === '')

  const process = fake.hold(fake.uuid(1))
  ours = process.pid
  // The list of processes and the figures come by ways of their own.
  const busy = await eventually(
    async () => (await usage.read()).gpus.find(({ processes, memoryUsedMiB = 0 }) => processes.length > 0 && memoryUsedMiB > 0),
    within('the holder'),
  )
  t.like(busy, held(fake))
  t.deepEqual(
    busy.processes.map(({ pid, replicaId, foreign }) => [pid, replicaId, foreign]),
    [[process.pid, 'chat-0', false]],
  )

  await process.release()
  const stranger = fake.hold(fake.uuid(0))
  const foreign = await eventually(
    async () => (await usage.read()).gpus.find(({ uuid, processes }) => uuid === fake.uuid(0) && processes.length > 0),
    within('the stranger'),
  )
  t.like(foreign.processes[0], { pid: stranger.pid, replicaId: '', foreign: true })
})

test('A GPU that vanishes while the loop runs disappears from the usage', async (t) => {
  const fake = fakeGpus(t, { gpus: 3 })
  const usage = reader(t, fake.program)
  await eventually(async () => (await usage.read()).gpus.length === 3, within('three GPUs'))
  fake.set('missing', '1')
  await eventually(
    async () => (await usage.read()).gpus.map(({ uuid }) => uuid).join() === [fake.uuid(0), fake.uuid(2)].join(),
    within('the GPU to be gone'),
  )
  t.pass()
})

for (const [mode, problem] of [
  ['hang', /printed nothing for/],
  ['die', /couldn't communicate/],
  ['lost', /GPU is lost/],
] as const) {
  test(`When the loop turns to mode "${mode}" the figures age with the reason, and it recovers`, async (t) => {
    const fake = fakeGpus(t)
    const usage = reader(t, fake.program)
    await eventually(async () => (await usage.read()).gpus.length === 1, within('the GPU'))
    fake.set('mode', mode)
    const aged = await eventually(async () => {
      const seen = await usage.read()
      return problem.test(seen.gpuProblem) && seen.gpuAgeMs > 500 ? seen : undefined
    }, within('the problem'))
    t.is(aged.gpus.length, 1)
    fake.set('mode', 'ok')
    await eventually(async () => {
      const seen = await usage.read()
      return seen.gpuProblem === '' && seen.gpuAgeMs < aged.gpuAgeMs
    }, within('recovery'))
    t.pass()
  })
}

test('A host without nvidia-smi reports its load and memory, and why there are no GPU figures', async (t) => {
  const usage = reader(t, '/nonexistent/nvidia-smi')
  const seen = await eventually(async () => {
    const read = await usage.read()
    return read.gpuProblem === '' ? undefined : read
  }, within('the reason'))
  t.regex(seen.gpuProblem, /not installed/)
  t.deepEqual(seen.gpus, [])
  t.true((seen.memoryAvailableMiB ?? 0) > 0)
})
