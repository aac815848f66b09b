import test from 'ava'
import fc from 'fast-check'
import { enginePatterns, looksLikeOom, meaningOf } from '../../../../agent/diagnose/patterns/engine-lines.ts'
import { kernelFactOf, kernelPatterns } from '../../../../agent/diagnose/patterns/kernel-lines.ts'
import { type LinePattern, longestLine } from '../../../../agent/diagnose/patterns/pattern.ts'

const families: readonly (readonly [string, readonly LinePattern<unknown>[]])[] = [
  ['engine', enginePatterns],
  ['kernel', kernelPatterns],
]
const everySample = families.flatMap(([family, patterns]) =>
  patterns.flatMap((pattern) => pattern.samples.map((sample) => ({ family, pattern, sample }))),
)

for (const [family, patterns] of families) {
  for (const pattern of patterns) {
    test(`The ${family} pattern ${pattern.id} matches its samples, which are dated, and those of no other pattern`, (t) => {
      t.true(pattern.samples.length > 0)
      for (const { line, dated, from } of pattern.samples) {
        t.regex(dated, /^20\d\d-\d\d-\d\d$/)
        t.not(from, '')
        const match = pattern.test.exec(line)
        t.truthy(match, line)
        t.truthy(match && pattern.read(match, line), line)
      }
      const foreign = everySample.filter((other) => other.family === family && other.pattern !== pattern)
      t.deepEqual(
        foreign.filter(({ sample }) => pattern.test.test(sample.line)).map(({ sample }) => sample.line),
        [],
      )
    })
  }
}

test('No two patterns share an id, and none keeps a position between lines', (t) => {
  const ids = everySample.map(({ pattern }) => pattern.id)
  t.is(new Set(ids).size, new Set([...enginePatterns, ...kernelPatterns]).size)
  for (const { test: pattern } of [...enginePatterns, ...kernelPatterns]) t.notRegex(pattern.flags, /[gy]/)
})

test('A line that looks like a want of memory and has no pattern is recognised as such, and settings that name OOM are not', (t) => {
  for (const line of [
    'RuntimeError: HIP out of memory while preparing the frobnicator',
    'NewEngine: insufficient device memory for the weights',
    'ggml_new_object: not enough memory in the pool',
    'worker 3 died: OOM',
  ]) {
    t.true(looksLikeOom(line), line)
    t.is(meaningOf(line), undefined)
  }
  for (const line of [
    'INFO: restart policy on-oom=report',
    'Setting expandable_segments to avoid OOM',
    'except torch.cuda.OutOfMemoryError:',
    'GET /v1/completions 200',
    'the room is ready',
  ])
    t.false(looksLikeOom(line), line)
})

const fragments = everySample.flatMap(({ sample }) => {
  const words = sample.line.split(' ')
  return words.map((_, at) => words.slice(at, at + 4).join(' '))
})

test('Hostile lines take no more than linear time: long ones are cut, and pieces of samples repeated do not make a pattern go back', (t) => {
  const hostile = fc.oneof(
    fc
      .tuple(fc.constantFrom(...fragments), fc.integer({ min: 1, max: 20_000 }))
      .map(([piece, times]) => piece.repeat(times).slice(0, 200_000)),
    fc
      .tuple(fc.constantFrom(...fragments), fc.constantFrom(' ', '(', ',', '9', '0.', 'a'), fc.integer({ min: 1, max: 200_000 }))
      .map(([piece, filler, times]) => piece + filler.repeat(times)),
    fc.string({ maxLength: 5_000, unit: 'binary' }),
  )
  // Counted, not timed: what is read of a line is bounded, so the work of each pattern is too.
  fc.assert(
    fc.property(hostile, (line) => {
      meaningOf(line)
      kernelFactOf(line)
      looksLikeOom(line)
    }),
    { numRuns: 300, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: true },
  )
  t.is(meaningOf(`${'x'.repeat(longestLine)} CUDA error: out of memory`), undefined)
})

test('No pattern repeats without bound but within a class that ends it', (t) => {
  for (const { id, test: pattern } of [...enginePatterns, ...kernelPatterns]) {
    // ` +` alone between two literals is linear; `.*`, `.+`, `\S+` and groups under a star are not.
    t.notRegex(pattern.source, /\.[*+]|\\[SDWsdw][*+]|\)[*+](?!\w)/, id)
  }
})
