import test from 'ava'
import fc from 'fast-check'
import { builtInProfiles } from '../../../shared/tuning/built-in.ts'
import { type TuningProfileDocument, tuningProfileDocument } from '../../../shared/tuning/document.ts'
import { profileDigest, resolveProfile } from '../../../shared/tuning/resolve.ts'
import { meets } from '../../../shared/tuning/value.ts'

const profiles = (...written: readonly object[]): ReadonlyMap<string, TuningProfileDocument> =>
  new Map([
    ...builtInProfiles,
    ...written.map((document) => {
      const read = tuningProfileDocument.parse({ kind: 'TuningProfile', ...document })
      return [read.name, read] as const
    }),
  ])

const resolved = (name: string, documents: ReadonlyMap<string, TuningProfileDocument>) => {
  const result = resolveProfile(name, documents)
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result.profile
}

const valuesOf = (name: string, documents = profiles()) =>
  new Map(resolved(name, documents).settings.map(({ kind, key, comparison, value }) => [`${kind} ${key}`, `${comparison} ${value}`]))

test('the built-in profile for inference holds the values that an inference host is known to need', (t) => {
  const values = valuesOf('inference')
  t.is(values.get('sysctl net.core.somaxconn'), 'at-least 65535')
  t.is(values.get('sysctl net.ipv4.tcp_max_syn_backlog'), 'at-least 32768')
  t.is(values.get('sysctl vm.swappiness'), 'exact 10')
  t.is(values.get('sysctl net.ipv4.tcp_fastopen'), 'at-least 3')
  t.is(values.get('engine-limit memlock'), 'exact unlimited')
  t.is(values.get('filesystem type'), 'advise xfs')
})

test('every setting of a built-in profile has a reason and a source', (t) => {
  for (const name of builtInProfiles.keys()) {
    for (const { key, reason, source } of resolved(name, profiles()).settings) {
      t.regex(reason, /\.$/, key)
      t.regex(source, /https:\/\//, key)
    }
  }
})

test('neighbour thresholds of a built-in profile rise from first to last', (t) => {
  const { settings } = resolved('inference', profiles())
  const of = (family: string, number: number) =>
    Number(settings.find(({ key }) => key === `net.${family}.neigh.default.gc_thresh${number}`)?.value)
  for (const family of ['ipv4', 'ipv6']) t.true(of(family, 1) < of(family, 2) && of(family, 2) < of(family, 3))
})

test('a profile starts from what it inherits, changes it and can leave parts out', (t) => {
  const values = valuesOf(
    'mine',
    profiles({ name: 'mine', inherits: 'inference', sysctl: { 'vm.swappiness': 1, 'fs.nr_open': null }, cpuGovernor: null }),
  )
  t.is(values.get('sysctl vm.swappiness'), 'exact 1')
  t.false(values.has('sysctl fs.nr_open'))
  t.false(values.has('cpu-governor scaling_governor'))
  t.is(values.get('sysctl net.core.somaxconn'), 'at-least 65535')
})

test('of several parents the later one counts, and what a host does on drift is inherited as well', (t) => {
  const documents = profiles(
    { name: 'a', sysctl: { 'vm.swappiness': 1, 'vm.dirty_ratio': 5 }, onDrift: 'report' },
    { name: 'b', sysctl: { 'vm.swappiness': 2 } },
    { name: 'c', inherits: ['a', 'b'] },
  )
  t.is(valuesOf('c', documents).get('sysctl vm.swappiness'), 'exact 2')
  t.is(valuesOf('c', documents).get('sysctl vm.dirty_ratio'), 'exact 5')
  t.is(resolved('c', documents).onDrift, 'report')
  t.is(resolved('b', documents).onDrift, 'mend')
})

test('a circle, and a parent that nobody knows, are problems of the field that names it', (t) => {
  const documents = profiles(
    { name: 'a', inherits: ['inference', 'b'] },
    { name: 'b', inherits: 'a' },
    { name: 'c', inherits: 'inferense' },
  )
  const circle = resolveProfile('a', documents)
  t.like(circle, { ok: false, problems: [{ profile: 'b', path: ['inherits'] }] })
  t.regex(circle.ok ? '' : (circle.problems[0]?.message ?? ''), /a inherits b inherits a/)
  const unknown = resolveProfile('c', documents)
  t.like(unknown, { ok: false, problems: [{ profile: 'c', path: ['inherits'] }] })
  t.regex(unknown.ok ? '' : (unknown.problems[0]?.message ?? ''), /did you mean inference\?/)
  t.like(resolveProfile('nobody', documents), { ok: false, problems: [{ profile: 'nobody' }] })
})

test('resolving always ends: with a profile, or with problems where a circle or an unknown parent can be reached', (t) => {
  const names = ['p', 'q', 'r', 's', 't']
  const inherits = fc.array(fc.constantFrom(...names, 'nobody'), { maxLength: 3 })
  fc.assert(
    fc.property(fc.tuple(inherits, inherits, inherits, inherits), (parents) => {
      const documents = new Map(
        parents.map((list, index) => {
          const name = names[index] as string
          return [name, tuningProfileDocument.parse({ kind: 'TuningProfile', name, inherits: list, sysctl: { [`vm.own_${name}`]: index } })]
        }),
      )
      const reach = new Set(['p'])
      let cyclic = false
      const walk = (name: string, way: readonly string[]) => {
        for (const parent of documents.get(name)?.inherits ?? []) {
          if (parent === name || way.includes(parent)) cyclic = true
          else {
            reach.add(parent)
            walk(parent, [...way, name])
          }
        }
      }
      walk('p', [])
      const broken = cyclic || [...reach].some((name) => !documents.has(name))
      const result = resolveProfile('p', documents)
      if (result.ok === broken) return false
      return !result.ok || [...reach].every((name) => result.profile.settings.some(({ key }) => key === `vm.own_${name}`))
    }),
    { numRuns: 300 },
  )
  t.pass()
})

test('the digest depends on what is set, not on its order, reasons or names', (t) => {
  const { settings } = resolved('inference', profiles())
  const digest = profileDigest(settings)
  t.is(profileDigest([...settings].reverse()), digest)
  t.is(profileDigest(settings.map((setting) => ({ ...setting, reason: 'x', source: 'y' }))), digest)
  t.not(profileDigest(settings.slice(1)), digest)
  fc.assert(
    fc.property(fc.nat(settings.length - 1), (index) => {
      const changed = settings.map((setting, at) => (at === index ? { ...setting, value: `${setting.value}1` } : setting))
      return profileDigest(changed) !== digest
    }),
  )
})

test('what network-lossless wants never undercuts what it inherits', (t) => {
  const below = new Map(resolved('inference', profiles()).settings.map((setting) => [setting.key, setting]))
  for (const setting of resolved('network-lossless', profiles()).settings) {
    const inherited = below.get(setting.key)
    if (inherited?.comparison === 'at-least') t.true(meets(inherited, setting.value), setting.key)
  }
})
