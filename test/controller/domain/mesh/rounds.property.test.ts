import test from 'ava'
import fc from 'fast-check'
import { rounds } from '../../../../controller/domain/mesh/rounds.ts'

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `h${index}`)

for (let count = 0; count <= 64; count++) {
  const hosts = names(count)
  const plan = rounds(hosts)
  if (count < 2) {
    test(`${count} hosts have nobody to be measured with`, (t) => t.deepEqual(plan.flat(), []))
    continue
  }
  test(`${count} hosts: each pair once, each host at most once a round, no round more than needed`, (t) => {
    t.is(plan.length, count % 2 === 0 ? count - 1 : count)
    const seen = new Set(plan.flat().map(({ from, to }) => [from, to].toSorted().join(' ')))
    t.is(plan.flat().length, (count * (count - 1)) / 2)
    t.is(seen.size, plan.flat().length)
    for (const pairs of plan) {
      const busy = pairs.flatMap(({ from, to }) => [from, to])
      t.is(new Set(busy).size, busy.length)
      t.is(pairs.length, Math.floor(count / 2))
    }
  })
}

test('who measures is spread: no host measures all its pairs, nor none, in a mesh of four or more', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 4, max: 64 }), (count) => {
      const measures = new Map<string, number>()
      for (const { from } of rounds(names(count)).flat()) measures.set(from, (measures.get(from) ?? 0) + 1)
      return names(count).every((host) => (measures.get(host) ?? 0) > 0 && (measures.get(host) ?? 0) < count - 1)
    }),
  )
  t.pass()
})
