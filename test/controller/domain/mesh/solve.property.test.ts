import test from 'ava'
import fc from 'fast-check'
import { type Fault, solve } from '../../../../controller/domain/mesh/solve.ts'
import { thresholds as thresholdsSchema } from '../../../../shared/diagnosis/thresholds.ts'
import { type Path, simulate, wellPath } from './simulate.ts'

const thresholds = thresholdsSchema.parse({})
const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `h${index}`)

/** Noise that is the same for the same seed. */
const noiseOf = (seed: number) => {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const harms = {
  unreachable: { lossPercent: 100 },
  loss: { lossPercent: 7 },
  mtu: { mtuBytes: 1_500 },
  slow: { mbps: 900 },
} satisfies Record<string, Partial<Path>>
const harm = fc.constantFrom(...(Object.keys(harms) as (keyof typeof harms)[]))
const seed = fc.integer({ min: 0, max: 2 ** 31 })

const plain = (faults: readonly Fault[]) => faults.map(({ symptom, place }) => ({ symptom, place }))

test('a network that is well shows no fault, whatever the noise', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 64 }), seed, (count, noise) => {
      const faults = solve(
        simulate(names(count), () => wellPath, noiseOf(noise)),
        thresholds,
      )
      return faults.length === 0
    }),
  )
  t.pass()
})

test('one bad host is found by its row, and nothing else is accused', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 64 }), fc.nat(), harm, seed, (count, which, symptom, noise) => {
      const hosts = names(count)
      const culprit = hosts[which % count] ?? ''
      const path = (from: string, to: string) => (from === culprit || to === culprit ? { ...wellPath, ...harms[symptom] } : wellPath)
      const faults = solve(simulate(hosts, path, noiseOf(noise)), thresholds)
      const [fault] = faults
      t.deepEqual(plain(faults), [{ symptom, place: { kind: 'host', host: culprit, pairs: count - 1, of: count - 1 } }])
      return fault?.way === 'both'
    }),
  )
})

test('a host that is slow one way only is found with its direction', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 64 }), fc.nat(), fc.boolean(), seed, (count, which, sends, noise) => {
      const hosts = names(count)
      const culprit = hosts[which % count] ?? ''
      const path = (from: string, to: string) => ((sends ? from : to) === culprit ? { ...wellPath, ...harms.slow } : wellPath)
      const faults = solve(simulate(hosts, path, noiseOf(noise)), thresholds)
      t.like(faults[0], { symptom: 'slow', way: sends ? 'there' : 'back', place: { kind: 'host', host: culprit } })
      return faults.length === 1
    }),
  )
})

test('several bad hosts are all found, as long as two others are well', (t) => {
  const fleet = fc.integer({ min: 5, max: 40 }).chain((count) => fc.tuple(fc.constant(count), fc.integer({ min: 2, max: count - 2 })))
  fc.assert(
    fc.property(fleet, harm, seed, ([count, bad], symptom, noise) => {
      const hosts = names(count)
      const culprits = hosts.slice(0, bad)
      const path = (from: string, to: string) =>
        culprits.includes(from) || culprits.includes(to) ? { ...wellPath, ...harms[symptom] } : wellPath
      const faults = solve(simulate(hosts, path, noiseOf(noise)), thresholds)
      const found = faults.map(({ place }) => (place.kind === 'host' ? place.host : place.kind))
      t.deepEqual(found.toSorted(), culprits.toSorted())
      return faults.every((fault) => fault.symptom === symptom)
    }),
  )
})

test('one bad link is found as one cell, with its direction, and neither of its hosts is accused', (t) => {
  const pair = fc
    .integer({ min: 3, max: 64 })
    .chain((count) =>
      fc
        .tuple(fc.constant(count), fc.integer({ min: 0, max: count - 1 }), fc.integer({ min: 1, max: count - 1 }))
        .map(([hosts, a, step]) => [hosts, a, (a + step) % hosts] as const),
    )
  fc.assert(
    fc.property(pair, harm, fc.boolean(), seed, ([count, one, other], symptom, oneWay, noise) => {
      const hosts = names(count)
      const [a, b] = [`h${one}`, `h${other}`]
      const path = (from: string, to: string) =>
        (from === a && to === b) || (!oneWay && from === b && to === a) ? { ...wellPath, ...harms[symptom] } : wellPath
      const faults = solve(simulate(hosts, path, noiseOf(noise)), thresholds)
      const [fault] = faults
      if (faults.length !== 1 || fault?.place.kind !== 'link') return false
      t.deepEqual([fault.place.a, fault.place.b].toSorted(), [a, b].toSorted())
      const way = symptom === 'slow' && oneWay ? (fault.place.a === a ? 'there' : 'back') : 'both'
      return fault.symptom === symptom && fault.way === way
    }),
  )
})

test('what joins two switches is found as a block, and no host is accused', (t) => {
  const halves = fc.integer({ min: 4, max: 64 }).chain((count) => fc.tuple(fc.constant(count), fc.integer({ min: 2, max: count - 2 })))
  fc.assert(
    fc.property(halves, harm, seed, ([count, left], symptom, noise) => {
      const hosts = names(count)
      const side = (host: string) => hosts.indexOf(host) < left
      const path = (from: string, to: string) => (side(from) === side(to) ? wellPath : { ...wellPath, ...harms[symptom] })
      const faults = solve(simulate(hosts, path, noiseOf(noise)), thresholds)
      const [fault] = faults
      if (faults.length !== 1 || fault?.place.kind !== 'switch') return false
      const groups = [fault.place.left, fault.place.right].map((group) => group.length).toSorted((a, b) => a - b)
      t.deepEqual(
        groups,
        [left, count - left].toSorted((a, b) => a - b),
      )
      return fault.symptom === symptom
    }),
  )
})

test('when everything is bad alike, no host is accused', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 64 }), harm, seed, (count, symptom, noise) => {
      const faults = solve(
        simulate(names(count), () => ({ ...wellPath, ...harms[symptom] }), noiseOf(noise)),
        thresholds,
      )
      t.like(faults[0], { symptom, place: { kind: 'everywhere' } })
      return faults.length === 1
    }),
  )
})

test('two hosts alone: the link cannot be told from a host, and that is what is said', (t) => {
  fc.assert(
    fc.property(harm, fc.boolean(), seed, (symptom, oneWay, noise) => {
      const path = (from: string) => (from === 'h0' || !oneWay ? { ...wellPath, ...harms[symptom] } : wellPath)
      const faults = solve(simulate(['h0', 'h1'], path, noiseOf(noise)), thresholds)
      return faults.length === 1 && faults[0]?.place.kind === 'pair' && faults[0].symptom === symptom
    }),
  )
  t.pass()
})

test('two faults of two kinds are both found: a host that loses packets and a slow link elsewhere', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 5, max: 64 }), seed, (count, noise) => {
      const path = (from: string, to: string) => {
        if (from === 'h0' || to === 'h0') return { ...wellPath, lossPercent: 9, mbps: 300 }
        return [from, to].toSorted().join() === 'h1,h2' ? { ...wellPath, mbps: 900 } : wellPath
      }
      const faults = solve(simulate(names(count), path, noiseOf(noise)), thresholds)
      t.is(faults.length, 2)
      t.like(faults[0], { symptom: 'loss', place: { kind: 'host', host: 'h0' } })
      t.like(faults[1], { symptom: 'slow', place: { kind: 'link' } })
      return true
    }),
  )
})

test('a host that fails now and then is still found, though some of its pairs were well', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 8, max: 64 }), seed, (count, noise) => {
      const path = (from: string, to: string) => {
        const other = from === 'h0' ? to : to === 'h0' ? from : undefined
        return other !== undefined && Number(other.slice(1)) % 4 !== 0 ? { ...wellPath, lossPercent: 10 } : wellPath
      }
      const faults = solve(simulate(names(count), path, noiseOf(noise)), thresholds)
      t.like(faults[0], { symptom: 'loss', place: { kind: 'host', host: 'h0' } })
      return faults.length === 1
    }),
  )
})

test('hosts that were skipped are not accused, and pairs that were not measured count as neither good nor bad', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 6, max: 40 }), harm, seed, (count, symptom, noise) => {
      const hosts = names(count)
      const path = (from: string, to: string) => (from === 'h0' || to === 'h0' ? { ...wellPath, ...harms[symptom] } : wellPath)
      const whole = simulate(hosts, path, noiseOf(noise))
      const skipped = `h${count - 1}`
      const mesh = {
        ...whole,
        cells: whole.cells.map((cell) =>
          cell.from === skipped || cell.to === skipped ? { ...cell, probe: null, skipped: 'under load' } : cell,
        ),
      }
      const faults = solve(mesh, thresholds)
      t.deepEqual(plain(faults), [{ symptom, place: { kind: 'host', host: 'h0', pairs: count - 2, of: count - 2 } }])
      return true
    }),
  )
})

test('late answers, and slowness where no rate is known, are told by comparison', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 64 }), fc.nat(), fc.boolean(), seed, (count, which, late, noise) => {
      const hosts = names(count)
      const culprit = hosts[which % count] ?? ''
      const harmed = late ? { ...wellPath, latencyMs: 20 } : { ...wellPath, mbps: 900 }
      const path = (from: string, to: string) => (from === culprit || to === culprit ? harmed : wellPath)
      const whole = simulate(hosts, path, noiseOf(noise))
      const cells = whole.cells.map((cell) => ({ ...cell, probe: cell.probe && { ...cell.probe, linkMbps: null } }))
      const faults = solve({ ...whole, cells }, thresholds)
      t.like(faults[0], { symptom: late ? 'latency' : 'slow', place: { kind: 'host', host: culprit } })
      return faults.length === 1
    }),
  )
})
