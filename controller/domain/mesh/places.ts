/** Where faults are, told from which pairs are bad. Pure. */
import { median } from './flows.ts'

export interface Edge {
  readonly a: string
  readonly b: string
}

export type Place =
  | { readonly kind: 'host'; readonly host: string; readonly pairs: number; readonly of: number }
  | { readonly kind: 'link'; readonly a: string; readonly b: string }
  | { readonly kind: 'switch'; readonly left: readonly string[]; readonly right: readonly string[] }
  /** Two hosts alone cannot tell whether it is the link or one of them. */
  | { readonly kind: 'pair'; readonly a: string; readonly b: string }
  | { readonly kind: 'everywhere'; readonly hosts: readonly string[]; readonly pairs: number }

/** A host with this share of its pairs bad is to blame itself, if it is clearly more than others have. */
const hostShare = 0.6
const leastPairs = 3

const key = ({ a, b }: Edge): string => (a < b ? `${a}\n${b}` : `${b}\n${a}`)

/**
 * Good pairs hold hosts together; what is held together is well inside. So a group of one is a bad host, two groups are two sides of a switch, and
 * a bad pair inside a group is a bad link, unless one host has many of them: then it is that host, some of the time.
 */
export const placesOf = (good: readonly Edge[], bad: readonly Edge[]): readonly Place[] => {
  if (bad.length === 0) return []
  const hosts = [...new Set([...good, ...bad].flatMap(({ a, b }) => [a, b]))]
  const [only] = bad
  if (hosts.length === 2 && only !== undefined) return [{ kind: 'pair', a: only.a, b: only.b }]
  const groups = groupsOf(hosts, good)
  const large = groups.filter((group) => group.length > 1)
  if (large.length === 0) return [{ kind: 'everywhere', hosts, pairs: bad.length }]

  const lone = new Set(groups.filter((group) => group.length === 1).flat())
  const group = new Map(groups.flatMap((members, index) => members.map((host) => [host, index] as const)))
  const within = bad.filter(({ a, b }) => group.get(a) === group.get(b))
  return [...loneHosts(lone, bad), ...switches(large, bad), ...insideGroups(within, good, lone)]
}

/** Hosts that good pairs join, directly or through others. */
const groupsOf = (hosts: readonly string[], good: readonly Edge[]): readonly (readonly string[])[] => {
  const group = new Map(hosts.map((host) => [host, [host]]))
  for (const { a, b } of good) {
    const one = group.get(a)
    const other = group.get(b)
    if (one === undefined || other === undefined || one === other) continue
    one.push(...other)
    for (const host of other) group.set(host, one)
  }
  return [...new Set(group.values())]
}

/** A host of which only pairs with other such hosts were measured is not accused. */
const loneHosts = (lone: ReadonlySet<string>, bad: readonly Edge[]): readonly Place[] =>
  [...lone].flatMap((host): readonly Place[] => {
    const pairs = bad.filter(({ a, b }) => a === host || b === host)
    const withWell = pairs.filter(({ a, b }) => !lone.has(a === host ? b : a))
    const [single] = withWell
    if (single === undefined) return []
    if (withWell.length === 1) return [{ kind: 'pair', a: single.a, b: single.b }]
    return [{ kind: 'host', host, pairs: pairs.length, of: pairs.length }]
  })

const switches = (large: readonly (readonly string[])[], bad: readonly Edge[]): readonly Place[] => {
  // Several groups on one switch each: the largest is what the rest is cut off from.
  const [main, ...others] = large.toSorted((a, b) => b.length - a.length)
  if (main === undefined) return []
  return others.flatMap((left): readonly Place[] => {
    const across = bad.filter(({ a, b }) => (left.includes(a) && main.includes(b)) || (left.includes(b) && main.includes(a)))
    return across.length === 0 ? [] : [{ kind: 'switch', left: left.toSorted(), right: main.toSorted() }]
  })
}

const insideGroups = (within: readonly Edge[], good: readonly Edge[], lone: ReadonlySet<string>): readonly Place[] => {
  const places: Place[] = []
  let rest = [...within]
  for (;;) {
    const blamed = mostBlamed(rest, good, lone)
    if (blamed === undefined) break
    places.push(blamed)
    rest = rest.filter(({ a, b }) => a !== blamed.host && b !== blamed.host)
  }
  const links = new Map(rest.map((edge) => [key(edge), edge]))
  return [...places, ...[...links.values()].map(({ a, b }): Place => ({ kind: 'link', a, b }))]
}

type HostPlace = Extract<Place, { readonly kind: 'host' }>

const mostBlamed = (bad: readonly Edge[], good: readonly Edge[], lone: ReadonlySet<string>): HostPlace | undefined => {
  const counts = new Map<string, { bad: number; of: number }>()
  const count = (host: string, isBad: boolean) => {
    const known = counts.get(host) ?? { bad: 0, of: 0 }
    counts.set(host, { bad: known.bad + (isBad ? 1 : 0), of: known.of + 1 })
  }
  for (const [edges, isBad] of [
    [bad, true],
    [good, false],
  ] as const) {
    for (const { a, b } of edges) {
      if (lone.has(a) || lone.has(b)) continue
      count(a, isBad)
      count(b, isBad)
    }
  }
  const shares = [...counts].map(([host, { bad: pairs, of }]) => ({ host, pairs, of, share: pairs / of }))
  const usual = median(shares.map(({ share }) => share)) ?? 0
  const [worst] = shares
    .filter(({ pairs, share }) => pairs >= leastPairs && share >= hostShare && share >= usual * 2)
    .toSorted((one, other) => other.share - one.share || other.pairs - one.pairs)
  return worst === undefined ? undefined : { kind: 'host', host: worst.host, pairs: worst.pairs, of: worst.of }
}
