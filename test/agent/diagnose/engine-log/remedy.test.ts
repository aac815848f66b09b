import test from 'ava'
import fc from 'fast-check'
import { withChanges } from '../../../../agent/diagnose/engine-log/apply.ts'
import { engineKnobs, engineOf } from '../../../../agent/diagnose/engine-log/flags.ts'
import { isShell, type LaunchWords, withFlag } from '../../../../agent/diagnose/engine-log/launch-words.ts'
import type { Change } from '../../../../agent/diagnose/engine-log/moves.ts'
import { readEngineLog } from '../../../../agent/diagnose/engine-log/read.ts'
import { type RemedyInput, remedyOf } from '../../../../agent/diagnose/engine-log/remedy.ts'
import type { OomReport } from '../../../../agent/diagnose/engine-log/report.ts'
import { enginePatterns } from '../../../../agent/diagnose/patterns/engine-lines.ts'
import { oomPhases } from '../../../../shared/diagnosis/catalogue/engine.ts'

const words = (args: readonly string[], changes: Partial<LaunchWords> = {}): LaunchWords => ({
  command: ['engine'],
  args,
  env: {},
  ...changes,
})

const report = (changes: Partial<OomReport>): OomReport => ({
  engine: 'vllm',
  phase: 'run',
  figures: {},
  gpuUuid: '',
  lines: [],
  ...changes,
})

const remedy = (changes: Partial<OomReport>, args: readonly string[], more: Partial<RemedyInput> = {}) =>
  remedyOf({ report: report(changes), words: words(args), foreign: [], before: [], ...more })

/** `flag from to` of the step, or the kind of what is no change. */
const step = (...given: Parameters<typeof remedy>): string[] => {
  const found = remedy(...given)
  return found.kind === 'change' ? found.changes.map(({ name, from, to }) => `${name} ${from || '-'} ${to}`) : [found.kind]
}

const said = (id: string, engine = 'vllm', at = 0) => {
  const line = enginePatterns.find((pattern) => pattern.id === id)?.samples[at]?.line ?? ''
  const { oom } = readEngineLog([line], { engine, gpuUuids: [], wasReady: false })
  if (!oom) throw new Error(id)
  return oom
}

test('Serving: half as many sequences, step by step, in the place where the flag stands', (t) => {
  let now = words(['/model', '--max-num-seqs', '32', '--dtype', 'auto'])
  const seen: string[] = []
  for (;;) {
    const found = remedyOf({ report: report({}), words: now, foreign: [], before: [] })
    if (found.kind !== 'change' || found.changes[0].name !== '--max-num-seqs') break
    now = withChanges(now, found.changes)
    seen.push(now.args.join(' '))
  }
  t.deepEqual(
    seen,
    [16, 8, 4, 2, 1].map((to) => `/model --max-num-seqs ${to} --dtype auto`),
  )
  t.deepEqual(step({}, ['--max-num-seqs', '1']), ['--gpu-memory-utilization - 0.85'])
})

test('Each phase has its own remedy, and opposite ones where the memory is short in opposite places', (t) => {
  t.deepEqual(step(said('vllm.no-cache-blocks'), ['--gpu-memory-utilization', '0.85']), ['--gpu-memory-utilization 0.85 0.9'])
  t.deepEqual(step({ phase: 'graph-capture' }, ['--max-num-seqs', '1', '--gpu-memory-utilization', '0.9']), [
    '--gpu-memory-utilization 0.9 0.85',
  ])
  t.deepEqual(step(said('sglang.not-enough-memory', 'sglang'), ['--mem-fraction-static', '0.7']), ['--mem-fraction-static 0.7 0.75'])
  t.deepEqual(step({ engine: 'sglang', phase: 'run' }, ['--mem-fraction-static', '0.9']), ['--mem-fraction-static 0.9 0.85'])
  t.deepEqual(step({ engine: 'sglang', phase: 'run' }, ['--max-running-requests', '32']), ['--max-running-requests 32 16'])
  t.deepEqual(step(said('sglang.decode', 'sglang'), []), ['--max-running-requests - 128'])
  t.deepEqual(step({ engine: 'sglang', phase: 'graph-capture' }, ['--cuda-graph-max-bs=64']), ['--cuda-graph-max-bs 64 32'])
  t.deepEqual(step({ engine: 'tensorrt-llm', phase: 'run' }, ['--max_batch_size', '64']), ['--max_batch_size 64 32'])
  t.deepEqual(step(said('tensorrt-llm.component', 'tensorrt-llm'), []), ['--kv_cache_free_gpu_memory_fraction - 0.85'])
  t.deepEqual(step(said('tensorrt-llm.component', 'tensorrt-llm', 1), ['--max_num_tokens', '32768']), ['--max_num_tokens 32768 16384'])
})

test('The length is what the engine says is possible, or what its figures allow', (t) => {
  t.deepEqual(step(said('vllm.max-model-len'), []), ['--max-model-len - 199424'])
  t.deepEqual(step(said('vllm.max-model-len', 'vllm', 1), ['--max-model-len', '1048576']), ['--max-model-len 1048576 435456'])
  t.deepEqual(step(said('vllm.max-model-len-older'), []), ['--max-model-len - 3584'])
})

test('The number of sequences that vLLM warmed up with is the one to halve where no flag gives it', (t) => {
  t.deepEqual(step({ ...said('vllm.warm-up'), figures: { sequences: 1024 } }, []), ['--max-num-seqs - 512'])
})

test('llama.cpp keeps the length of each sequence: fewer slots and less context are one step', (t) => {
  const run = { engine: 'llamacpp', phase: 'kv-cache' } as const
  t.deepEqual(step(run, ['--ctx-size', '32768', '--parallel', '4']), ['--parallel 4 2', '--ctx-size 32768 16384'])
  t.deepEqual(step(run, ['-c', '8192', '-np', '1']), ['-c 8192 4096'])
  t.deepEqual(step(run, []), ['--ctx-size - 8192'])
  // 0 is no length, it is that of the model.
  t.deepEqual(step(run, ['-c', '0']), ['-c - 8192'])
  t.deepEqual(step(run, ['-c', '1000']), ['exhausted'])
})

test('Weights that do not fit are no matter of a flag, and what is missing is said', (t) => {
  t.deepEqual(remedy({ phase: 'load', figures: { triedMiB: 8192, freeMiB: 3368.96 } }, []), { kind: 'weights', missingMiB: 4824 })
})

test('Memory in pieces is put together by the allocator first, once, and never where the engine forbids it', (t) => {
  const figures = { triedMiB: 448, reservedUnallocatedMiB: 1536, allocatorVariable: 'PYTORCH_ALLOC_CONF' }
  t.deepEqual(step({ figures }, ['--max-num-seqs', '32']), ['PYTORCH_ALLOC_CONF - expandable_segments:True'])
  t.deepEqual(step({ figures }, ['--max-num-seqs', '32', '--enable-sleep-mode']), ['--max-num-seqs 32 16'])
  const before: Change[] = [{ target: 'env', name: 'PYTORCH_ALLOC_CONF', from: '', to: 'expandable_segments:True' }]
  t.deepEqual(step({ figures }, ['--max-num-seqs', '32'], { before }), ['--max-num-seqs 32 16'])
  const env = { PYTORCH_CUDA_ALLOC_CONF: 'max_split_size_mb:512' }
  t.deepEqual(step({ figures: { ...figures, allocatorVariable: 'PYTORCH_CUDA_ALLOC_CONF' } }, [], { words: words([], { env }) }), [
    'PYTORCH_CUDA_ALLOC_CONF max_split_size_mb:512 max_split_size_mb:512,expandable_segments:True',
  ])
})

test('Where a process that is not ours holds the memory, it is named and nothing of ours is changed', (t) => {
  const foreign = [{ pid: 4711, process: 'python3', container: '4e5b6c7d8e9f', usedMiB: 96_000 }]
  t.deepEqual(remedy({ phase: 'run', figures: { triedMiB: 448, freeMiB: 276 } }, ['--max-num-seqs', '32'], { foreign }), {
    kind: 'foreign',
    holders: foreign,
    heldMiB: 96_000,
  })
  t.like(remedy(said('vllm.free-at-start'), []), { kind: 'foreign', heldMiB: 63048 })
  t.deepEqual(
    step({ ...said('vllm.free-at-start'), figures: { freeMiB: 22_400, capacityMiB: 24_000, utilization: 0.95 } }, [
      '--gpu-memory-utilization',
      '0.95',
    ]),
    ['--gpu-memory-utilization 0.95 0.92'],
  )
})

test('Flags are found as they are written: joined, with underscores, in the command, the last of several', (t) => {
  t.deepEqual(withFlag(words(['--max_num_seqs=32']), '--max-num-seqs', '16').args, ['--max_num_seqs=16'])
  t.deepEqual(withFlag(words(['--max-num-seqs', '64', '--max-num-seqs', '32']), '--max-num-seqs', '16').args, [
    '--max-num-seqs',
    '64',
    '--max-num-seqs',
    '16',
  ])
  t.deepEqual(withFlag(words([], { command: ['vllm', 'serve', '--max-num-seqs', '32'] }), '--max-num-seqs', '16').command, [
    'vllm',
    'serve',
    '--max-num-seqs',
    '16',
  ])
  t.deepEqual(withFlag(words(['/m']), '--max-num-seqs', '16').args, ['/m', '--max-num-seqs', '16'])
  t.true(isShell(words([], { command: ['/bin/bash', '-lc', 'vllm serve'] })))
  t.false(isShell(words([], { command: ['vllm', 'serve'] })))
})

test('The engine of a custom deployment is known by its program', (t) => {
  t.is(engineOf('custom', ['/opt/vllm/bin/vllm', 'serve']), 'vllm')
  t.is(engineOf('custom', ['python3', '-m', 'sglang.launch_server']), 'sglang')
  t.is(engineOf('trtllm', []), 'tensorrt-llm')
  t.is(engineOf('custom', ['python3', 'serve.py']), '')
})

const reports = fc.record({
  phase: fc.constantFrom(...oomPhases),
  advice: fc.constantFrom(undefined, 'raise-memory-fraction', 'lower-memory-fraction', 'shorten-length', 'fewer-sequences', 'fewer-tokens'),
  figures: fc.record(
    {
      triedMiB: fc.double({ min: 0, max: 200_000, noNaN: true }),
      reservedUnallocatedMiB: fc.double({ min: 0, max: 200_000, noNaN: true }),
      possibleModelLen: fc.integer({ min: 0, max: 2_000_000 }),
      maxModelLen: fc.integer({ min: 1, max: 2_000_000 }),
      kvNeededMiB: fc.double({ min: 0, max: 200_000, noNaN: true }),
      kvAvailableMiB: fc.double({ min: 0, max: 200_000, noNaN: true }),
      sequences: fc.integer({ min: 1, max: 4096 }),
    },
    { requiredKeys: [] },
  ),
})

const launches = fc.record({
  sequences: fc.option(fc.integer({ min: -5, max: 100_000 }).map(String)),
  length: fc.option(fc.oneof(fc.integer({ min: 0, max: 2_000_000 }).map(String), fc.constantFrom('auto', '', 'NaN', '8k'))),
  fraction: fc.option(fc.double({ min: 0, max: 1, noNaN: true }).map(String)),
})

test('Whatever an engine says and however often, changes come to an end, and no flag ever turns back', (t) => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.keys(engineKnobs)),
      launches,
      fc.array(reports, { minLength: 1, maxLength: 12 }),
      (engine, launch, seen) => {
        const knobs = engineKnobs[engine]
        const option = (flag: string | undefined, value: string | null) => (flag === undefined || value === null ? [] : [flag, value])
        let now = words([
          ...option(knobs?.sequences.flags[0], launch.sequences),
          ...option(knobs?.length.flags[0], launch.length),
          ...option(knobs?.fraction?.flags[0], launch.fraction),
        ])
        const before: Change[] = []
        const directions = new Map<string, number>()
        for (let round = 0; round < 400; round += 1) {
          const next = seen[round % seen.length]
          const found = remedyOf({ report: report({ ...next, engine } as Partial<OomReport>), words: now, foreign: [], before })
          if (found.kind !== 'change') continue
          for (const { name, from, to, target } of found.changes) {
            if (from === to) throw new Error(`${name} stays ${to}`)
            if (target === 'env' || from === '') continue
            const direction = Math.sign(Number(to) - Number(from))
            if (Number.isNaN(direction)) continue
            if (direction === 0 || (directions.get(name) ?? direction) !== direction) throw new Error(`${name} turns at ${from} -> ${to}`)
            directions.set(name, direction)
          }
          before.push(...found.changes)
          now = withChanges(now, found.changes)
        }
        if (before.length > 120) throw new Error(`${before.length} changes: ${before.map(({ name, to }) => `${name}=${to}`).join(' ')}`)
      },
    ),
    { numRuns: 300 },
  )
  t.pass()
})
