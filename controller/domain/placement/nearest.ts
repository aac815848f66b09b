/** Which GPUs of a topology are nearest to one another. Pure. */
import { combinations, countCombinations } from './combinations.ts'
import { farthest, type Topology } from './topology.ts'

/** Every choice out of twelve is looked at, and every small one out of more. Where there are more choices than that, one is grown from each GPU. */
const mostTried = 1_000

/**
 * Those preferred; within one NVLink domain; then nearest to one another (the farthest two, then all pairs, then by their number of NVLinks, then
 * by NUMA node); of equally near ones those that leave the rest nearest; the lowest first.
 * @param free places, ascending
 * @returns places, ascending
 */
export const nearest = (topology: Topology, free: readonly number[], needed: number, preferred: ReadonlySet<number>): readonly number[] => {
  if (needed === 0 || needed >= free.length) return free.slice(0, needed)
  const question = `${free}/${needed}/${[...preferred]}`
  const known = topology.answers.get(question)
  if (known !== undefined) return known
  const candidates =
    countCombinations(free.length, needed) <= mostTried ? combinations(free, needed) : grown(topology, free, needed, preferred)
  let best: { readonly places: readonly number[]; readonly score: readonly number[] } | undefined
  for (const places of candidates) {
    const score = scoreOf(topology, free, places, preferred)
    if (best === undefined || isLess(score, best.score)) best = { places, score }
  }
  const answer = best?.places ?? []
  topology.answers.set(question, answer)
  return answer
}

/** Steps between the two that are farthest apart; 0: NVLink, or a single GPU. */
export const reachOf = ({ distance }: Topology, places: readonly number[]): number => {
  let reach = 0
  for (const [i, a] of places.entries()) for (let j = i + 1; j < places.length; j++) reach = Math.max(reach, distance(a, places[j] ?? a))
  return reach
}

/** Over NVLink alone, directly or from one to the next. */
export const isJoined = ({ distance }: Topology, places: readonly number[]): boolean => {
  const [first = 0, ...rest] = places
  const reached = [first]
  const left = new Set(rest)
  for (const from of reached) {
    for (const to of left) {
      if (distance(from, to) > 0) continue
      left.delete(to)
      reached.push(to)
    }
  }
  return left.size === 0
}

/** Compared from left to right; smaller is better. Of equal ones that with the lowest places comes first. */
const scoreOf = (
  topology: Topology,
  free: readonly number[],
  places: readonly number[],
  preferred: ReadonlySet<number>,
): readonly number[] => {
  const { distance, nvlinks, nodeOf } = topology
  let [sum, links] = [0, 0]
  for (const [i, a] of places.entries()) {
    for (const b of places.slice(i + 1)) {
      sum += distance(a, b)
      links += nvlinks(a, b)
    }
  }
  const unwanted = preferred.size === 0 ? 0 : places.filter((place) => !preferred.has(place)).length
  return [
    unwanted,
    isJoined(topology, places) ? 0 : 1,
    reachOf(topology, places),
    sum,
    -links,
    new Set(places.map(nodeOf)).size,
    parted(topology, free, places),
  ]
}

/** How much nearness to the chosen ones those lose that stay free. */
const parted = ({ distance }: Topology, free: readonly number[], places: readonly number[]): number => {
  let sum = 0
  for (const other of free) if (!places.includes(other)) for (const place of places) sum += farthest - distance(place, other)
  return sum
}

/** From each GPU on, whatever comes nearest to those that there are. */
const grown = (
  topology: Topology,
  free: readonly number[],
  needed: number,
  preferred: ReadonlySet<number>,
): readonly (readonly number[])[] =>
  free.map((seed) => {
    let places: readonly number[] = [seed]
    while (places.length < needed) {
      const next = free.filter((place) => !places.includes(place)).map((place) => [...places, place])
      const scored = next.map((grownBy) => ({ grownBy, score: scoreOf(topology, free, grownBy, preferred) }))
      places = scored.reduce((best, one) => (isLess(one.score, best.score) ? one : best)).grownBy
    }
    return places.toSorted((a, b) => a - b)
  })

const isLess = (a: readonly number[], b: readonly number[]): boolean => {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference < 0
  }
  return false
}
