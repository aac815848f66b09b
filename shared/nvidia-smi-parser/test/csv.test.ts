import test from 'ava'
import { parseComputeApps, parseQueryGpu } from '../index.ts'
import { fixture } from './fixtures.ts'

test('A query with header and units reads like the report does', (t) => {
  const result = parseQueryGpu(fixture('h200-580.159.04-query-gpu-units.csv'))
  if (!result.ok) return t.fail(result.failure.message)
  t.is(result.value.length, 1)
  const gpu = result.value[0]?.gpu
  t.like(gpu, { index: 0, uuid: 'GPU-00000000-0000-4000-8000-0000000000a3', name: 'NVIDIA H200' })
  t.deepEqual(gpu?.memory, { totalMiB: 143771, reservedMiB: 616, usedMiB: 0 })
  t.deepEqual(gpu?.power, { drawWatts: 127.36, instantDrawWatts: 127.05 })
  t.like(gpu?.pci, { linkGeneration: 5, linkWidth: 16 })
  t.is(gpu?.throttle?.reasons.gpu_idle, true)
  t.is(gpu?.throttle?.reasons.hw_slowdown, false)
  t.is(gpu?.ecc?.volatile?.uncorrected, 0)
  t.is(gpu?.mig?.enabled, false)
  t.false('fanPercent' in (gpu ?? {}))
})

test('A query without header reads by the fields that were asked for', (t) => {
  const fields = [
    'index',
    'uuid',
    'name',
    'driver_version',
    'memory.total',
    'memory.used',
    'utilization.gpu',
    'utilization.memory',
    'temperature.gpu',
    'power.draw',
    'power.limit',
    'clocks.sm',
    'pcie.link.gen.current',
    'pcie.link.width.current',
    'ecc.errors.uncorrected.volatile.total',
    'persistence_mode',
    'mig.mode.current',
  ]
  const result = parseQueryGpu(fixture('h200-580.159.04-query-gpu.csv'), fields)
  if (!result.ok) return t.fail(result.failure.message)
  t.is(result.value[0]?.driverVersion, '580.159.04')
  t.like(result.value[0]?.gpu, { memory: { totalMiB: 143771, usedMiB: 0 }, clocks: { smMHz: 1980 }, persistenceMode: true })
})

test('Absent cells are absent and unknown fields are kept as text', (t) => {
  const result = parseQueryGpu(
    'index, memory.used [MiB], power.draw [W], future.field, other.field\n3, [N/A], [Unknown Error], 12 apples, [Not Supported]\n',
  )
  if (!result.ok) return t.fail(result.failure.message)
  t.deepEqual(result.value, [{ gpu: { index: 3, pci: {}, faults: ['Unknown Error'] }, other: { 'future.field': '12 apples' } }])
})

test('A header with another unit converts bare numbers', (t) => {
  const result = parseQueryGpu('index, memory.used [GiB]\n0, 2\n')
  t.is(result.ok && result.value[0]?.gpu.memory?.usedMiB, 2048)
})

test('A row that does not fit its header is refused rather than shifted', (t) => {
  const result = parseQueryGpu('index, uuid, memory.used [MiB]\n0, GPU-1\n')
  t.true(!result.ok && result.failure.kind === 'unreadable')
})

test('A lost GPU between the rows of a query does not hide the others', (t) => {
  const result = parseQueryGpu('0, GPU-1\nUnable to determine the device handle for GPU 0000:02:00.0: GPU is lost\n', ['index', 'uuid'])
  t.is(result.ok && result.value.length, 1)
})

test('Compute processes keep names with commas', (t) => {
  const result = parseComputeApps(
    'gpu_uuid, pid, used_gpu_memory [MiB], process_name\nGPU-1, 12, 774 MiB, python -m a, b\nGPU-1, 13, [N/A], [Not Found]\n',
  )
  if (!result.ok) return t.fail(result.failure.message)
  t.deepEqual(result.value, [
    { gpuUuid: 'GPU-1', pid: 12, usedMiB: 774, name: 'python -m a, b' },
    { gpuUuid: 'GPU-1', pid: 13 },
  ])
})

test('The captured process list reads, and a header alone or no text at all is no process', (t) => {
  const result = parseComputeApps(fixture('h200-580.159.04-compute-apps.csv'))
  t.deepEqual(result, {
    ok: true,
    value: [{ gpuUuid: 'GPU-00000000-0000-4000-8000-0000000000a2', pid: 454, usedMiB: 774, name: '/tmp/bad' }],
  })
  t.deepEqual(parseComputeApps('gpu_uuid, pid, used_gpu_memory [MiB], process_name\n'), { ok: true, value: [] })
  t.deepEqual(parseComputeApps('', ['gpu_uuid', 'pid']), { ok: true, value: [] })
})
