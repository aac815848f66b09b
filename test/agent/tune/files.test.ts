import test from 'ava'
import fc from 'fast-check'
import { limitsInDaemonJson, readDaemonJson, type WantedLimit, withLimits, withoutLimits } from '../../../agent/tune/files/daemon-json.ts'
import { dropInText, limitsInUnit } from '../../../agent/tune/files/drop-in.ts'
import { withoutOurLines } from '../../../agent/tune/files/owned-lines.ts'
import { sysctlFileText } from '../../../agent/tune/files/sysctl-file.ts'
import { meets } from '../../../shared/tuning/value.ts'

const limits = { memlock: 'unlimited', nofile: '1048576' }
const wanted: readonly WantedLimit[] = [
  { key: 'memlock', comparison: 'exact', value: 'unlimited' },
  { key: 'nofile', comparison: 'at-least', value: '1048576' },
]

const ulimits = fc.dictionary(
  fc.constantFrom('memlock', 'nofile', 'core', 'nproc'),
  fc.record({ Name: fc.string({ maxLength: 4 }), Hard: fc.integer({ min: -1, max: 5 }), Soft: fc.integer({ min: -1, max: 5 }) }),
)
const config = fc
  .tuple(
    fc.dictionary(fc.constantFrom('data-root', 'debug', 'hosts', 'runtimes'), fc.jsonValue({ maxDepth: 1 })),
    fc.option(ulimits, { nil: undefined }),
  )
  .map(([rest, section]) => (section === undefined ? rest : { ...rest, 'default-ulimits': section }))
const text = fc.option(
  fc.tuple(config, fc.constantFrom(0, 2, 4)).map(([value, indent]) => JSON.stringify(value, null, indent)),
  { nil: null },
)

test('our limits go into any configuration of the daemon, and nothing else of it changes', (t) => {
  fc.assert(
    fc.property(text, (before) => {
      const ours = withLimits(before, wanted)
      if (ours === undefined || ours === null) return false
      const [now, was] = [JSON.parse(ours), before === null ? {} : JSON.parse(before)]
      const others = Object.keys(was).filter((key) => key !== 'default-ulimits')
      const theirs = Object.keys(was['default-ulimits'] ?? {}).filter((key) => !(key in limits))
      return (
        wanted.every((limit) => meets(limit, (limitsInDaemonJson(now) as Record<string, string>)[limit.key] ?? '')) &&
        others.every((key) => JSON.stringify(now[key]) === JSON.stringify(was[key])) &&
        theirs.every((key) => JSON.stringify(now['default-ulimits'][key]) === JSON.stringify(was['default-ulimits'][key])) &&
        withLimits(ours, wanted) === ours
      )
    }),
  )
  t.pass()
})

test('taking our limits out gives back the very text, and after an edit by someone else only what was ours goes', (t) => {
  fc.assert(
    fc.property(text, fc.boolean(), (before, edited) => {
      const ours = withLimits(before, wanted)
      if (typeof ours !== 'string') return false
      if (!edited) return withoutLimits(ours, before, ours) === before
      const theirs = JSON.stringify({ ...JSON.parse(ours), mine: [1] })
      const left = withoutLimits(theirs, before, ours)
      const expected = { ...(before === null ? {} : JSON.parse(before)), mine: [1] }
      const sorted = (value: unknown) => JSON.stringify(Object.entries(value as object).sort(([a], [b]) => (a < b ? -1 : 1)))
      return left !== null && sorted(JSON.parse(left)) === sorted(expected)
    }),
  )
  t.pass()
})

test('a configuration that is no JSON object is never written', (t) => {
  for (const broken of ['[1]', '{', 'null', '{"a":1} trailing']) {
    t.is(typeof readDaemonJson(broken), 'string')
    t.is(withLimits(broken, wanted), undefined)
  }
})

test('a drop-in says what its limits are in systemd’s words, and is read back the same', (t) => {
  t.is(dropInText('mine', {}), null)
  t.deepEqual(limitsInUnit(dropInText('mine', limits) ?? ''), limits)
  t.deepEqual(limitsInUnit('[Service]\nLimitNOFILE=1024:524288\nLimitMEMLOCK = infinity\nLimitNPROC=5\n'), {
    nofile: '524288',
    memlock: 'unlimited',
  })
})

test('lines that someone wrote into our file stay when ours go', (t) => {
  const ours = sysctlFileText('mine', [{ key: 'vm.swappiness', value: '10', reason: 'Why\nnot.' }]) ?? ''
  t.regex(ours, /# Why not\.\nvm\.swappiness = 10\n/)
  t.is(withoutOurLines(ours, null, ours), null)
  t.is(withoutOurLines(`${ours}# theirs\nvm.x = 1\n`, null, ours), '# theirs\nvm.x = 1\n')
  t.is(withoutOurLines(ours.replace('= 10', '= 11'), null, ours), 'vm.swappiness = 11\n')
  t.is(sysctlFileText('mine', []), null)
})
