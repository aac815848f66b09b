import { readFileSync } from 'node:fs'
import test from 'ava'
import fc from 'fast-check'
import { readEngineLog } from '../../../../agent/diagnose/engine-log/read.ts'
import { enginePatterns } from '../../../../agent/diagnose/patterns/engine-lines.ts'

const gpuUuids = ['GPU-a', 'GPU-b']
const started = { engine: 'vllm', gpuUuids, wasReady: false }

const sample = (id: string, at = 0): string => enginePatterns.find((pattern) => pattern.id === id)?.samples[at]?.line ?? ''

const captured = readFileSync(new URL('../../../fixtures/engine-logs/pytorch-2.11-cuda-oom-h200.txt', import.meta.url), 'utf8').split('\n')

test('The report of a real H200 is read in MiB, whatever units it mixes', (t) => {
  const { oom, unrecognised } = readEngineLog(captured, { engine: 'custom', gpuUuids, wasReady: false })
  t.is(oom?.gpuUuid, 'GPU-a')
  t.is(oom?.phase, 'unknown')
  t.deepEqual(oom?.figures, {
    gpuOrdinal: 0,
    triedMiB: 8192,
    capacityMiB: 143155.2,
    freeMiB: 3368.96,
    inUseMiB: 139786.24,
    allocatedMiB: 139264,
    reservedUnallocatedMiB: 0,
    holders: [],
    allocatorVariable: 'PYTORCH_CUDA_ALLOC_CONF',
  })
  t.deepEqual(unrecognised, [])
})

test('Other processes that the report names are kept with their memory, and this process is not one of them', (t) => {
  const { oom } = readEngineLog([sample('pytorch.oom', 1)], started)
  t.deepEqual(oom?.figures.holders, [
    { pid: 157, usedMiB: 270 },
    { pid: 451, usedMiB: 1187.84 },
    { pid: 453, usedMiB: 1310.72 },
    { pid: 450, usedMiB: 7874.56 },
  ])
  t.like(oom?.figures, { triedMiB: 40, freeMiB: 20.62, inUseMiB: 1146.88, reservedUnallocatedMiB: 20 })
})

test('Private pools and memory in pieces are told apart, and the capture of graphs is known from the same line', (t) => {
  const { oom } = readEngineLog([sample('pytorch.oom', 2)], { ...started, engine: 'sglang', gpuUuids: [] })
  t.is(oom?.phase, 'graph-capture')
  t.is(oom?.gpuUuid, '')
  t.like(oom?.figures, { gpuOrdinal: 7, privatePoolsMiB: 51.62, reservedUnallocatedMiB: 1536 })
})

test('Reports of older versions of PyTorch give the same figures', (t) => {
  const { oom } = readEngineLog([sample('pytorch.oom-older', 1)], started)
  t.like(oom?.figures, { gpuOrdinal: 3, triedMiB: 256, freeMiB: 177.25, allocatedMiB: 79380.48, reservedUnallocatedMiB: 389.12 })
})

test('The phase is that of the innermost frame of the start, and serving only where there is none', (t) => {
  const frame = (name: string) => `  File "/usr/lib/python3/dist-packages/vllm/x.py", line 1, in ${name}`
  const oom = sample('pytorch.oom')
  const phaseOf = (...frames: readonly string[]) =>
    readEngineLog(['Traceback (most recent call last):', ...frames.map(frame), '    self.model = x', oom], started).oom?.phase
  t.is(phaseOf('run_engine_core', 'load_model', '__init__'), 'load')
  t.is(phaseOf('determine_available_memory', 'profile_run', 'execute_model'), 'graph-capture')
  t.is(phaseOf('_initialize_kv_caches', 'initialize_from_config', '_allocate_kv_cache_tensors'), 'kv-cache')
  t.is(phaseOf('compile_or_warm_up_model', 'capture_model'), 'graph-capture')
  t.is(phaseOf('run_busy_loop', 'step', 'execute_model'), 'run')
  t.is(phaseOf('main'), 'unknown')
})

test('An engine that had served ran out as it ran, whatever its log ends with', (t) => {
  t.is(readEngineLog([sample('pytorch.oom')], { ...started, wasReady: true }).oom?.phase, 'run')
})

test('Markers of llama.cpp tell whether its weights or its context did not fit, and its three lines are one report', (t) => {
  const lines = [sample('phase.load', 3), sample('llamacpp.cuda-malloc', 1), sample('llamacpp.tensor-buffer'), sample('llamacpp.model')]
  const weights = readEngineLog(lines, { ...started, engine: 'llamacpp', gpuUuids: ['a', 'b', 'c', 'd', 'e'] }).oom
  t.like(weights, { phase: 'load', gpuUuid: 'e' })
  t.is(weights?.figures.triedMiB, 144)
  const context = readEngineLog([sample('phase.load', 3), sample('phase.kv-cache', 2), sample('llamacpp.cuda-malloc')], started).oom
  t.is(context?.phase, 'kv-cache')
})

test('A failed executor of TensorRT-LLM names the component and both figures', (t) => {
  const lines = ['tensorrt-llm.executor', 'tensorrt-llm.component', 'tensorrt-llm.total', 'tensorrt-llm.free'].map((id) => sample(id))
  const { oom } = readEngineLog(lines, { ...started, engine: 'tensorrt-llm' })
  t.like(oom, { phase: 'kv-cache', advice: 'lower-memory-fraction' })
  t.deepEqual(oom?.figures, { capacityMiB: 143421.44, freeMiB: 111472.64 })
})

test('The engine is known from its lines where the spec says custom', (t) => {
  t.is(readEngineLog([sample('vllm.warm-up')], { ...started, engine: 'custom' }).oom?.engine, 'vllm')
  t.is(readEngineLog([sample('vllm.warm-up')], { ...started, engine: 'sglang' }).oom?.engine, 'sglang')
})

test('Errors of CUDA and NCCL are told once each, and an illegal access is no OOM', (t) => {
  const illegal = sample('cuda.error')
  const reading = readEngineLog([illegal, illegal, sample('nccl.timeout'), sample('nccl.shared-memory'), sample('nccl.memlock')], started)
  t.is(reading.oom, undefined)
  t.deepEqual(
    reading.cudaErrors.map(({ error }) => error),
    ['an illegal memory access was encountered'],
  )
  t.deepEqual(
    reading.nccl.map(({ cause, timeoutMs }) => [cause, timeoutMs]),
    [
      ['peer', 600_000],
      ['shared-memory', 0],
      ['memlock', 0],
    ],
  )
})

test('A line that looks like OOM and matches nothing is kept, and is an echo beside a report that is understood', (t) => {
  const strange = 'NewEngine: insufficient device memory for the weights'
  t.deepEqual(readEngineLog([strange, 'ready'], started).unrecognised, [strange])
  t.deepEqual(readEngineLog([strange, sample('cuda.oom')], started).unrecognised, [])
})

test('A container that lost its GPU is known by its own words', (t) => {
  t.is(readEngineLog([sample('cuda.nvml-lost')], started).gpuLost, 'Failed to initialize NVML: Unknown Error')
})

test('No log makes the reader throw, and sizes are never negative or unreadable', (t) => {
  const lines = enginePatterns.flatMap(({ samples }) => samples.map(({ line }) => line))
  const cut = fc.tuple(fc.constantFrom(...lines), fc.nat({ max: 400 })).map(([line, at]) => line.slice(0, at))
  fc.assert(
    fc.property(fc.array(fc.oneof(cut, fc.constantFrom(...lines), fc.string()), { maxLength: 30 }), fc.boolean(), (log, wasReady) => {
      const { oom } = readEngineLog(log, { engine: 'vllm', gpuUuids, wasReady })
      for (const value of Object.values(oom?.figures ?? {})) if (typeof value === 'number') t.true(Number.isFinite(value))
    }),
    { numRuns: 500 },
  )
})
