import test from 'ava'
import { gpuHolders } from '../../../agent/observe/gpu-holders.ts'
import { NvidiaSmi } from '../../../agent/observe/nvidia-smi.ts'
import { fakeGpus } from './fake-gpus.ts'

const never = new AbortController().signal

test('A process holds the GPUs that it was given until it ends', async (t) => {
  const fake = fakeGpus(t, { gpus: 3 })
  const readHolders = gpuHolders(new NvidiaSmi({ program: fake.program, environment: process.env }))
  const pids = async () => {
    const reading = await readHolders.holders(never)
    if (reading.kind === 'unknown') throw new Error(reading.reason)
    return [...reading.gpus].map(([uuid, holders]) => [uuid, holders.map(({ pid }) => pid).sort((a, b) => a - b)])
  }
  t.deepEqual(await pids(), [
    [fake.uuid(0), []],
    [fake.uuid(1), []],
    [fake.uuid(2), []],
  ])
  const pair = fake.hold(fake.uuid(0), fake.uuid(1))
  const rival = fake.hold(fake.uuid(1))
  t.deepEqual(await pids(), [
    [fake.uuid(0), [pair.pid]],
    [fake.uuid(1), [pair.pid, rival.pid].sort((a, b) => a - b)],
    [fake.uuid(2), []],
  ])
  await pair.release()
  t.deepEqual(await pids(), [
    [fake.uuid(0), []],
    [fake.uuid(1), [rival.pid]],
    [fake.uuid(2), []],
  ])
})

for (const mode of ['hang', 'die', 'lost', 'lying', 'mismatch']) {
  test(`With nvidia-smi in mode "${mode}" the holders are unknown, not none`, async (t) => {
    const fake = fakeGpus(t, { mode })
    const reading = await gpuHolders(new NvidiaSmi({ program: fake.program, environment: process.env, deadlineMs: 500 })).holders(never)
    t.is(reading.kind, 'unknown')
  })
}

test('A host without nvidia-smi has no GPU to hold', async (t) => {
  const reading = await gpuHolders(new NvidiaSmi({ program: '/nonexistent/nvidia-smi', environment: process.env })).holders(never)
  t.deepEqual(reading, { kind: 'known', gpus: new Map() })
})
