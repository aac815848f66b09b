import test from 'ava'
import fc from 'fast-check'
import { decide } from '../../../agent/reconcile/oom/decide.ts'
import { adjustedSpec, afterHolding, mostAtStart, noOom, type OomMemory } from '../../../agent/reconcile/oom/memory.ts'
import { specHash } from '../../../agent/runtime/spec-hash.ts'
import { type OomPhase, oomPhases } from '../../../shared/diagnosis/catalogue/engine.ts'
import { replicaSpec } from '../runtime/replica-specs.ts'

const spec = replicaSpec({ engine: 'vllm', onOom: 'adjust', command: ['vllm', 'serve'], args: ['/m', '--max-num-seqs', '32'] })

const outOfMemory = (phase: OomPhase, memory: OomMemory, wasReady: boolean, of = spec) =>
  decide({
    spec: of,
    report: { engine: of.engine, phase, figures: {}, gpuUuid: '', lines: [] },
    foreign: [],
    memory,
    wasReady,
    nowUnixMs: 1_000,
  })

test('A spec that is launched with changes is still the same spec to whoever adopts it', (t) => {
  const { memory } = outOfMemory('run', noOom, true)
  t.deepEqual(adjustedSpec(spec, memory).args, ['/m', '--max-num-seqs', '16'])
  t.deepEqual(spec.args, ['/m', '--max-num-seqs', '32'])
  t.is(specHash(spec), specHash({ ...spec, onOom: 'report' }))
  t.is(adjustedSpec({ ...spec, onOom: 'report' }, memory).args, spec.args)
})

test('What held is stepped down from when memory runs out again later', (t) => {
  const first = outOfMemory('run', noOom, true).memory
  const again = outOfMemory('run', afterHolding(first), true)
  t.deepEqual(
    again.memory.taken.map(({ to, held }) => [to, held]),
    [
      ['16', true],
      ['8', false],
    ],
  )
})

test('An engine behind a shell is not changed, since what is added would not reach it', (t) => {
  const shell = { ...spec, command: ['/bin/sh', '-c', 'vllm serve /m --max-num-seqs 32'], args: [] }
  t.deepEqual(outOfMemory('run', noOom, true, shell).taken, [])
})

test('An engine that serves between its ends is never given up, one that never gets there is', (t) => {
  const report = { ...spec, onOom: 'report' as const }
  let memory = noOom
  for (let time = 0; time < 10; time += 1) {
    const decision = outOfMemory('run', memory, true, report)
    t.false(decision.giveUp)
    memory = decision.memory
  }
  for (let time = 1; time <= mostAtStart; time += 1) {
    const decision = outOfMemory('graph-capture', memory, false, report)
    t.is(decision.giveUp, time === mostAtStart)
    memory = decision.memory
  }
})

test('An engine that can never start is always given up after a bounded number of starts, with each step smaller than the one before', (t) => {
  const launch = fc.record({
    engine: fc.constantFrom('vllm', 'sglang', 'tensorrt-llm', 'llamacpp', 'custom'),
    sequences: fc.integer({ min: 0, max: 4_096 }),
    onOom: fc.constantFrom('adjust' as const, 'report' as const),
    phases: fc.array(fc.constantFrom(...oomPhases), { minLength: 1, maxLength: 6 }),
  })
  fc.assert(
    fc.property(launch, ({ engine, sequences, onOom, phases }) => {
      const given = replicaSpec({ engine, onOom, command: ['engine'], args: ['--max-num-seqs', String(sequences)] })
      let memory = noOom
      for (let start = 0; start < 200; start += 1) {
        const decision = outOfMemory(phases[start % phases.length] ?? 'run', memory, false, given)
        if (decision.giveUp) return
        if (onOom === 'report' && decision.taken.length > 0) throw new Error('changed although it was told to report')
        for (const { name, from, to } of decision.taken) {
          if (name === '--max-num-seqs' && Number(to) >= Number(from)) throw new Error(`${from} -> ${to}`)
        }
        memory = decision.memory
      }
      throw new Error('it went on and on')
    }),
    { numRuns: 500 },
  )
  t.pass()
})
