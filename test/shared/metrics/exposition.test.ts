import test from 'ava'
import fc from 'fast-check'
import { catalogue, describeSeries, type MetricName, type SeriesName } from '../../../shared/metrics/catalogue.ts'
import { writeExposition } from '../../../shared/metrics/exposition.ts'
import { parseLabels, readExposition } from '../../../shared/metrics/parse-exposition.ts'
import { SeriesTable } from '../../../shared/metrics/series-table.ts'
import { labTest } from '../../lab/requires.ts'
import { promtoolSays } from '../../support/prometheus.ts'

const withPromtool = labTest(test, { programs: ['promtool'] })
const names = (Object.keys(catalogue) as MetricName[]).filter((name) => catalogue[name].type !== 'histogram')

const series = fc.constantFrom(...names).chain((name) =>
  fc.record({
    name: fc.constant<SeriesName>(name),
    labels: fc.array(fc.string({ unit: 'grapheme' }), {
      minLength: catalogue[name].labels.length,
      maxLength: catalogue[name].labels.length,
    }),
    value: fc.oneof(fc.double(), fc.constantFrom(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0)),
  }),
)

const everything = (text: string): readonly { name: string; labels: Readonly<Record<string, string>>; value: number }[] => {
  const found: { name: string; labels: Readonly<Record<string, string>>; value: number }[] = []
  readExposition(text, { sample: () => true }, (name, labels, value) => found.push({ name, labels: parseLabels(labels), value }))
  return found
}

test('what is written is read again as it was, whatever stands in label values', (t) => {
  fc.assert(
    fc.property(fc.array(series, { maxLength: 20 }), (all) => {
      const read = everything(writeExposition(all))
      const expected = all.map(({ name, labels, value }) => ({
        name,
        labels: Object.fromEntries((describeSeries(name)?.labels ?? []).map((label, index) => [label, labels[index] ?? ''])),
        value: Object.is(value, -0) ? 0 : value,
      }))
      const key = (sample: object) => JSON.stringify(sample, (_, value) => (typeof value === 'number' ? String(value) : value))
      return JSON.stringify(read.map(key).toSorted()) === JSON.stringify(expected.map(key).toSorted())
    }),
  )
  t.pass()
})

test('no text makes the reader throw or hang', (t) => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom('a{', '}', '"', '\\', 'x 1', '\n', '# HELP', 'le="1"', '{a="b",}', ' ', '+Inf', 'NaN'),
  )
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      everything(pieces.join(''))
      return true
    }),
  )
  t.pass()
})

test('samples with timestamps, tabs of comments, empty lines and broken lines are read as far as they can be', (t) => {
  const text = [
    '# TYPE a counter',
    '',
    'a{x="}",y="a\\"b\\\\n\\n"} 1.5 1700000000000',
    'b 2e3',
    'c{x="unclosed 3',
    'd',
    'e +Inf',
    'f{} NaN',
  ].join('\n')
  t.deepEqual(
    everything(text).map(({ name, labels, value }) => [name, labels, String(value)]),
    [
      ['a', { x: '}', y: 'a"b\\n\n' }, '1.5'],
      ['b', {}, '2000'],
      ['e', {}, 'Infinity'],
      ['f', {}, 'NaN'],
    ],
  )
})

test('what stands between an unwanted TYPE line and the next comment is passed over, and nothing else', (t) => {
  const text = [
    'before 1',
    '# HELP a x',
    '# TYPE a counter',
    'a 1',
    'a{x="\\n# "} 2',
    '# HELP b x',
    '# TYPE b gauge',
    'b 3',
    '# TYPE a_sum gauge',
    'a_sum 4',
  ].join('\n')
  const found: string[] = []
  readExposition(text, { sample: () => true, metric: (name) => name !== 'a' }, (name, _, value) => found.push(`${name} ${value}`))
  t.deepEqual(found, ['before 1', 'b 3', 'a_sum 4'])
})

withPromtool('every metric of the catalogue passes promtool, with label values that need escaping', (t) => {
  const all = Object.entries(catalogue).flatMap(([name, { type, labels }]) => {
    const values = labels.map(() => 'a "b" \\ c\nd')
    if (type !== 'histogram') return [{ name: name as SeriesName, labels: values, value: 1 }]
    return [
      { name: `${name}_bucket` as SeriesName, labels: [...values, '0.5'], value: 1 },
      { name: `${name}_bucket` as SeriesName, labels: [...values, '+Inf'], value: 2 },
      { name: `${name}_sum` as SeriesName, labels: values, value: 1.5 },
      { name: `${name}_count` as SeriesName, labels: values, value: 2 },
    ]
  })
  t.is(promtoolSays(writeExposition(all)), '')
})

test('a table keeps a series for as long as it is set, and its version tells when series come or go', (t) => {
  const table = new SeriesTable()
  const round = (figures: Readonly<Record<string, number | undefined>>) =>
    table.fill((set) => {
      for (const [nic, value] of Object.entries(figures)) set('hostler_nic_up', [nic], value)
    })
  round({ a: 1, b: 2 })
  const [a] = table.series()
  const first = table.version
  round({ a: 3, b: 2 })
  t.is(table.version, first)
  t.is(table.series()[0], a, 'the same object with a new value')
  t.is(a?.value, 3)
  round({ b: 2, c: undefined })
  t.deepEqual(
    table.series().map(({ labels }) => labels[0]),
    ['b'],
  )
  t.true(table.version > first)
})
