import test from 'ava'
import { z } from 'zod'
import { didYouMean } from '../../../shared/config/did-you-mean.ts'
import { formatPath, formatProblems, showValue } from '../../../shared/config/problem.ts'
import { parseYamlDocumentsWith, parseYamlWith } from '../../../shared/config/yaml-document.ts'

const schema = z.strictObject({
  port: z.int().min(1).max(65_535),
  tls: z.strictObject({ certificate: z.string() }).optional(),
  peers: z.array(z.strictObject({ host: z.string(), weight: z.int().optional() })).prefault([]),
})

const problemsOf = (text: string): string => {
  const parsed = parseYamlWith(schema, text, { file: 'c.yaml' })
  return parsed.ok ? '' : formatProblems(parsed.problems)
}

test('a document that fits gives its value', (t) => {
  t.deepEqual(parseYamlWith(schema, 'port: 80\n', { file: 'c.yaml' }), { ok: true, value: { port: 80, peers: [] } })
})

test('a problem inside a list names the entry and its place', (t) => {
  t.is(
    problemsOf('port: 80\npeers:\n  - host: a\n  - hots: b\n    host: c\n'),
    'c.yaml:4:5: peers[1].hots: unknown field, did you mean host?',
  )
  t.is(problemsOf('port: 80\npeers:\n  - host: a\n    weight: much\n'), 'c.yaml:4:13: peers[0].weight: expected a number, got "much"')
})

test('a number out of range is told the bound that it broke', (t) => {
  t.is(problemsOf('port: 70000'), 'c.yaml:1:7: port: expected at most 65535, got 70000')
  t.is(problemsOf('port: 0'), 'c.yaml:1:7: port: expected at least 1, got 0')
})

test('an unknown field that resembles none is told the known ones', (t) => {
  t.is(problemsOf('port: 1\nzzzzzzzz: 1'), 'c.yaml:2:1: zzzzzzzz: unknown field, known here are port, tls, peers')
})

test('a key given twice, a broken line and a second document are refused', (t) => {
  t.regex(problemsOf('port: 1\nport: 2'), /^c\.yaml:2:1: Map keys must be unique/)
  t.regex(problemsOf('port: 1\n  tls: x'), /^c\.yaml:/)
  t.regex(problemsOf('port: 1\n---\nport: 2'), /^c\.yaml:3:1: expected one document/)
})

test('several documents are read where they are allowed, and empty ones left out', (t) => {
  const parsed = parseYamlDocumentsWith(schema, '---\nport: 1\n---\n# nothing\n---\nport: 2\n', { file: 'c.yaml' })
  t.true(parsed.ok)
  if (parsed.ok)
    t.deepEqual(
      parsed.value.map(({ value }) => value.port),
      [1, 2],
    )
})

test('the name that was meant is found through case, hyphens, swaps and small slips', (t) => {
  const known = ['maxSurge', 'maxUnavailable', 'drainTimeout']
  t.is(didYouMean('max-surge', known), 'maxSurge')
  t.is(didYouMean('drainTimeuot', known), 'drainTimeout')
  t.is(didYouMean('MAXUNAVAILABEL', known), 'maxUnavailable')
  t.is(didYouMean('replicas', known), undefined)
})

test('paths and values are shown the way people write them', (t) => {
  t.is(formatPath(['env', '1X', 'a', 2, 'b']), 'env["1X"].a[2].b')
  t.is(showValue('x'.repeat(200)).length, 80)
  t.is(showValue({ a: 1, b: 2, c: 3, d: 4 }), 'a block with a, b, c, ...')
  t.is(showValue([]), 'an empty list')
  t.is(showValue(null), 'nothing')
})
