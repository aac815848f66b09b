/** From a matrix to the fault: a host, a link, a switch, everything, or two hosts that cannot be told apart. Pure. */
import { type LinkWay, type Symptom, symptoms } from '../../../shared/diagnosis/catalogue/network-mesh.ts'
import type { Mesh } from '../../../shared/diagnosis/mesh.ts'
import { type Measured, measured, median } from './flows.ts'
import { type Place, placesOf } from './places.ts'
import { type Judged, judgements, type MeshThresholds } from './symptoms.ts'

export interface Fault {
  readonly symptom: Symptom
  readonly place: Place
  /** Of a host, there: what it sends. Of two sides, there: from the first to the second. */
  readonly way: LinkWay
  readonly measured: number
  readonly expected: number
  /** The pairs that show it, and those that were looked at for it and do not. */
  readonly bad: readonly Judged[]
  readonly good: readonly Judged[]
}

/** Loss makes a pair slow as well: what it explains is not told again. */
const consequences: { readonly [Kind in Symptom]: readonly Symptom[] } = {
  unreachable: ['loss', 'mtu', 'slow', 'latency'],
  loss: ['slow', 'latency'],
  mtu: [],
  slow: [],
  latency: [],
}

/** Every fault that the mesh shows, the worst symptom first. */
export const solve = (mesh: Mesh, thresholds: MeshThresholds): readonly Fault[] => {
  const pairs = measured(mesh)
  const faults: Fault[] = []
  for (const symptom of symptoms) {
    const explained = faults.filter((fault) => consequences[fault.symptom].includes(symptom))
    faults.push(
      ...faultsOf(
        symptom,
        pairs.filter((pair) => !explained.some(({ place }) => touches(place, pair))),
        thresholds,
      ),
    )
  }
  return faults
}

const faultsOf = (symptom: Symptom, pairs: readonly Measured[], thresholds: MeshThresholds): readonly Fault[] => {
  const judged = judgements[symptom](pairs, thresholds)
  const bad = judged.filter((pair) => pair.bad)
  const good = judged.filter((pair) => !pair.bad)
  const places = placesOf(good, bad)
  return places.map((place): Fault => {
    const here = bad.filter((pair) => touches(place, pair))
    // With another culprit at the other end, a pair does not tell which of the two it was.
    const clear = here.filter((pair) => !places.some((other) => other !== place && other.kind === 'host' && touches(other, pair)))
    const telling = clear.length > 0 ? clear : here
    return {
      ...{ symptom, place, way: wayOf(place, telling), bad: here, good },
      measured: median(telling.map((pair) => pair.measured)) ?? 0,
      expected: median(telling.map((pair) => pair.expected)) ?? 0,
    }
  })
}

const touches = (place: Place, { a, b }: { readonly a: string; readonly b: string }): boolean => {
  switch (place.kind) {
    case 'host':
      return a === place.host || b === place.host
    case 'link':
    case 'pair':
      return (a === place.a && b === place.b) || (a === place.b && b === place.a)
    case 'switch':
      return (place.left.includes(a) && place.right.includes(b)) || (place.left.includes(b) && place.right.includes(a))
    case 'everywhere':
      return true
  }
}

/** Which way most of the bad pairs are bad, seen from the place's first side. */
const wayOf = (place: Place, bad: readonly Judged[]): LinkWay => {
  const first = (host: string): boolean => {
    switch (place.kind) {
      case 'host':
        return host === place.host
      case 'link':
      case 'pair':
        return host === place.a
      case 'switch':
        return place.left.includes(host)
      case 'everywhere':
        return true
    }
  }
  if (place.kind === 'everywhere') return 'both'
  const there = bad.filter((pair) => (first(pair.a) ? pair.there : pair.back)).length
  const back = bad.filter((pair) => (first(pair.a) ? pair.back : pair.there)).length
  const most = bad.length / 2
  if (there > most && back <= most) return 'there'
  return back > most && there <= most ? 'back' : 'both'
}
