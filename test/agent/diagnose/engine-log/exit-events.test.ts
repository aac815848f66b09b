import test from 'ava'
import { exitEvents } from '../../../../agent/diagnose/engine-log/exit-events.ts'
import { enginePatterns } from '../../../../agent/diagnose/patterns/engine-lines.ts'
import { engineLine, readExit } from '../../../../agent/reconcile/engine-exit.ts'
import { replicaSpec } from '../../runtime/replica-specs.ts'

const sample = (id: string) => enginePatterns.find((pattern) => pattern.id === id)?.samples[0]?.line ?? ''

const exitWith = (log: readonly string[]) => {
  const spec = replicaSpec({ engine: 'vllm', gpuUuids: ['GPU-a'] })
  const lines = log.map(engineLine)
  return exitEvents({
    spec,
    instanceId: 'i1',
    atUnixMs: Date.parse('2026-11-23T12:00:30Z'),
    failure: { code: 'EXITED', message: '', exitCode: 137, oomKilled: false, logLines: [] },
    reading: readExit(spec, lines, true),
    lines,
    taken: [{ target: 'flag', name: '--max-num-seqs', from: '32', to: '16' }],
  })
}

test('The end of an engine is told after what its log says, each line at the time that its runtime kept', (t) => {
  const events = exitWith([
    `2026-11-23T12:00:01.123456789Z ${sample('cuda.error')}`,
    `2026-11-23T12:00:20.5Z ${sample('nccl.timeout')}`,
    `2026-11-23T12:00:21+00:00 ${sample('pytorch.oom')}`,
  ])
  t.deepEqual(
    events.map(({ code, atUnixMs }) => [code, new Date(atUnixMs).toISOString().slice(17, 23)]),
    [
      ['engine.cuda-error', '01.123'],
      ['engine.nccl-timeout', '20.500'],
      ['engine.cuda-oom', '21.000'],
      ['container.exit', '30.000'],
      ['engine.adjusted', '30.000'],
    ],
  )
  t.like(events[2]?.params, { phase: 'run', gpuUuid: 'GPU-a', triedMiB: 8192 })
  t.like(events[3]?.params, { exitCode: 137, oomKilled: false })
})

test('Lines without a time came before the end, and an end without a known line is told alone', (t) => {
  t.deepEqual(
    exitWith([sample('nccl.error')]).map(({ code }) => code),
    ['engine.nccl-error', 'container.exit', 'engine.adjusted'],
  )
  t.deepEqual(
    exitWith(['hello']).map(({ code }) => code),
    ['container.exit', 'engine.adjusted'],
  )
})
