import test from 'ava'
import { builtInRuleDocuments } from '../../../../controller/domain/alert/built-in/rules.ts'
import { alertReceiverSchema } from '../../../../controller/domain/alert/receiver-schema.ts'
import { alertRuleSchema } from '../../../../controller/domain/alert/rule-schema.ts'
import { rulesOf } from '../../../../controller/domain/alert/rules.ts'
import { signals } from '../../../../controller/domain/alert/signals/signals.ts'

const problemsOf = (...written: readonly object[]): readonly string[] => {
  const { problems } = rulesOf(written.map((one) => alertRuleSchema.parse({ kind: 'AlertRule', ...one })))
  return [...problems].flatMap(([rule, found]) => found.map(({ path, message }) => `${rule} ${path.join('.')}: ${message}`))
}

test('every built-in rule is sound, says everything in both languages, and every signal is used by a rule or said to be for users', (t) => {
  const { rules, problems } = rulesOf([])
  t.deepEqual([...problems], [])
  t.is(rules.size, builtInRuleDocuments.size)
  for (const { name, annotations, inhibitedBy } of rules.values()) {
    for (const text of [annotations.en, annotations.zh]) {
      t.truthy(text?.summary, name)
      t.truthy(text?.description, name)
      t.truthy(text?.remedy, name)
    }
    t.not(annotations.zh?.summary, annotations.en.summary, name)
    for (const { rule } of inhibitedBy) t.true(rules.has(rule), `${name} is explained by ${rule}, which is no rule`)
  }
  const used = new Set([...rules.values()].map(({ source }) => (source.kind === 'signal' ? source.signal : '')))
  t.deepEqual(
    Object.keys(signals).filter((signal) => !used.has(signal)),
    ['traffic.duration-ms', 'traffic.waiting'],
  )
})

test('the rules of the seed are there with its thresholds', (t) => {
  const { rules } = rulesOf([])
  t.like(rules.get('gpu-memory'), {
    source: { kind: 'signal', signal: 'gpu.memory-needed-ratio' },
    compare: 'above',
    threshold: 0.9,
    forMs: 600_000,
  })
  t.like(rules.get('slow-first-token'), { source: { kind: 'signal', signal: 'traffic.first-token-ms' }, quantile: 0.99, threshold: 500 })
  t.like(rules.get('hosts-unavailable'), { source: { kind: 'signal', signal: 'fleet.hosts-unavailable' }, compare: 'above', threshold: 2 })
})

test('a document of the name of a built-in rule changes what it gives and leaves the rest', (t) => {
  const given = [
    { name: 'gpu-memory', above: 0.95 },
    { name: 'tuning-drift', enabled: false },
  ].map((one) => alertRuleSchema.parse({ kind: 'AlertRule', ...one }))
  const { rules } = rulesOf(given)
  t.like(rules.get('gpu-memory'), { threshold: 0.95, clear: 0.95, forMs: 600_000, severity: 'warning', builtIn: true })
  t.regex(rules.get('gpu-memory')?.annotations.zh?.summary ?? '', /显存/)
  t.false(rules.get('tuning-drift')?.enabled)
})

const refused: readonly (readonly [string, object, RegExp])[] = [
  [
    'a metric that does not exist',
    { metric: 'hostler_gpu_temperatur_celsius', above: 1 },
    /^r metric: .*did you mean hostler_gpu_temperature_celsius\?/,
  ],
  ['a signal that does not exist', { signal: 'host.lots', above: 0 }, /^r signal: .*did you mean host\.lost\?/],
  ['a histogram', { metric: 'hostler_engine_request_duration_seconds', above: 1 }, /^r metric: .*it is a histogram/],
  ['a metric of the controller', { metric: 'hostler_controller_hosts', above: 1 }, /^r metric: hosts send no metric of this name/],
  ['neither signal nor metric', { above: 1 }, /^r : give either signal or metric/],
  ['both signal and metric', { signal: 'host.lost', metric: 'hostler_gpus' }, /^r : give either signal or metric/],
  ['a share of more than 1', { metric: 'hostler_gpu_utilization_ratio', above: 90 }, /^r above: out of range.*perhaps 0\.9/],
  [
    'a threshold that nothing can be above',
    { metric: 'hostler_gpu_utilization_ratio', above: 1 },
    /^r above: out of range: it can never hold/,
  ],
  ['a negative threshold', { signal: 'fleet.hosts-unavailable', below: -1 }, /^r below: out of range/],
  ['no threshold', { metric: 'hostler_gpus' }, /^r : give above or below/],
  ['two thresholds', { metric: 'hostler_gpus', above: 1, below: 4 }, /^r below: give above or below, not both/],
  ['an end on the wrong side', { metric: 'hostler_gpus', above: 4, clear: 5 }, /^r clear: expected at most the threshold/],
  ['a label that is not there', { metric: 'hostler_gpus', above: 4, where: { gpu: '0' } }, /^r where\.gpu: .*no such label/],
  ['grouping by a label that is not there', { metric: 'hostler_gpus', above: 4, by: ['rack'] }, /^r by\.0: its series have no such label/],
  [
    'a label that is given already',
    { metric: 'hostler_gpus', above: 4, labels: { host: 'x' } },
    /^r labels\.host: this label is given already/,
  ],
  [
    'a placeholder for nothing',
    { metric: 'hostler_gpus', above: 4, annotations: { summary: '{{hosst}}' } },
    /^r annotations\.summary: \{\{hosst\}\} .*did you mean host\?/,
  ],
  ['a window of a gauge', { metric: 'hostler_gpus', above: 4, over: '5m' }, /^r over: hostler_gpus is no counter/],
  ['an option that is not heeded', { signal: 'host.lost', quantile: 0.9 }, /^r quantile: host\.lost does not heed this/],
  [
    'traffic of longer ago than is remembered',
    { signal: 'traffic.error-ratio', above: 0.1, over: '1h' },
    /^r over: traffic is remembered for 15 minutes/,
  ],
  [
    'dividing by what has other labels',
    { metric: 'hostler_gpu_memory_used_bytes', per: 'hostler_gpus', above: 0.5 },
    /^r per: expected a gauge with the labels/,
  ],
  [
    'being explained by a rule that does not exist',
    { metric: 'hostler_gpus', above: 4, inhibitedBy: [{ rule: 'host-lots' }] },
    /^r inhibitedBy\.0\.rule: .*did you mean host-lost\?/,
  ],
  [
    'being explained by itself',
    { metric: 'hostler_gpus', above: 4, inhibitedBy: [{ rule: 'r' }] },
    /^r inhibitedBy\.0\.rule: a rule cannot explain itself/,
  ],
]
for (const [what, written, expected] of refused) {
  test(`${what} is refused with what would be right`, (t) => {
    t.regex(problemsOf({ name: 'r', ...written })[0] ?? 'nothing was refused', expected)
  })
}

test('rules that explain each other are refused: nobody would be told of either', (t) => {
  const found = problemsOf(
    { name: 'a', metric: 'hostler_gpus', above: 4, inhibitedBy: [{ rule: 'b' }] },
    { name: 'b', metric: 'hostler_gpus', above: 4, inhibitedBy: [{ rule: 'a' }] },
  )
  t.is(found.length, 2)
  t.regex(found[0] ?? '', /while both fire, nobody would be told of either/)
})

test('a built-in rule cannot be made one about something else', (t) => {
  t.regex(problemsOf({ name: 'host-lost', metric: 'hostler_gpus', above: 1 })[0] ?? '', /give a rule about something else another name/)
})

const badReceivers: readonly (readonly [string, object, RegExp])[] = [
  ['no way to be told', {}, /give exactly one of webhook, email and alertmanager/],
  ['two ways', { webhook: { url: 'http://a/' }, alertmanager: { urls: ['http://a'] } }, /give exactly one/],
  ['credentials in a URL', { webhook: { url: 'https://u:p@a/' } }, /credentials do not belong into a URL/],
  [
    'a password over an open line',
    { email: { host: 'h', from: 'a@b.org', to: ['a@b.org'], user: 'u', passwordSecret: 'p', tls: 'none' } },
    /a password would be sent in the clear/,
  ],
  ['a secret that leads elsewhere', { webhook: { urlSecret: '../ca.key' } }, /expected lower-case letters/],
  ['a matcher that is none', { match: ['host'], webhook: { url: 'http://a/' } }, /expected LABEL=VALUE/],
]
for (const [what, written, expected] of badReceivers) {
  test(`a receiver with ${what} is refused`, (t) => {
    const parsed = alertReceiverSchema.safeParse({ kind: 'AlertReceiver', name: 'r', ...written })
    t.regex(parsed.error?.issues.map(({ message }) => message).join('; ') ?? 'nothing was refused', expected)
  })
}
