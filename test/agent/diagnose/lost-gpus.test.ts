import test from 'ava'
import { presentGpus, watchLostGpus } from '../../../agent/diagnose/lost-gpus.ts'
import { GpuSampler } from '../../../agent/observe/gpu-sampler.ts'
import { systemClock } from '../../../shared/clock/clock.ts'
import type { TimelineEvent } from '../../../shared/diagnosis/timeline.ts'
import { eventually } from '../../lab/wait.ts'
import { emptyInventory } from '../../support/inventory.ts'
import { fakeGpus } from '../observe/fake-gpus.ts'

test('A GPU that vanishes between two samples is told once, with the place it had, and a driver that fails takes none away', async (t) => {
  const gpus = fakeGpus(t, { gpus: 2 })
  await using sampler = new GpuSampler({ program: gpus.program, environment: { PATH: process.env.PATH }, intervalMs: 100 })
  const gpu = (number: number) => ({ uuid: gpus.uuid(number), index: number, model: 'x', memoryMiB: 1, pciBusId: `0000:0${number}:00.0` })
  const events: TimelineEvent[] = []
  const stop = new AbortController()
  const watching = watchLostGpus(
    {
      gpuSample: () => sampler.current(),
      inventory: () => ({ ...emptyInventory, gpus: [gpu(0), gpu(1)] }),
      onEvent: (event) => events.push(event),
      clock: systemClock,
      everyMs: 20,
    },
    stop.signal,
  )
  t.teardown(async () => {
    stop.abort()
    await watching
  })
  const present = (count: number) =>
    eventually(() => presentGpus(sampler.current())?.size === count, { deadlineMs: 20_000, what: `${count} GPUs to be sampled` })
  await present(2)
  gpus.set('missing', '1')
  const lost = await eventually(() => events[0], { deadlineMs: 20_000, what: 'the loss to be told' })
  t.like(lost, { code: 'gpu.lost', source: 'gpu', subject: `gpu/${gpus.uuid(1)}`, params: { uuid: gpus.uuid(1), bus: '0000:01:00.0' } })
  gpus.set('mode', 'die')
  await eventually(() => sampler.current().problem !== '', { deadlineMs: 20_000, what: 'the driver to fail' })
  gpus.set('mode', 'ok')
  await present(1)
  t.is(events.length, 1)
})
