/** Who is measured with whom, and when. Pure. */

export interface Pair {
  readonly from: string
  readonly to: string
}

/**
 * A round-robin one-factorisation: each pair of hosts in exactly one round, each host at most once a round. N - 1 rounds for an even number of
 * hosts and N for an odd one, in which each host sits out once. One seat stays in its place and the others turn round it.
 */
export const rounds = (hosts: readonly string[]): readonly (readonly Pair[])[] => {
  const seats = hosts.length + (hosts.length % 2)
  const turning = seats - 1
  return Array.from({ length: Math.max(0, turning) }, (_, round) =>
    Array.from({ length: seats / 2 }, (_, place) => {
      const one = place === 0 ? turning : (round + place) % turning
      return paired(hosts, one, (round - place + turning) % turning)
    }).flat(),
  )
}

/** Who measures alternates, so that each host measures about half of its pairs. Whoever meets the empty seat sits out. */
const paired = (hosts: readonly string[], one: number, other: number): readonly Pair[] => {
  const low = hosts[Math.min(one, other)]
  const high = hosts[Math.max(one, other)]
  if (low === undefined || high === undefined) return []
  return (one + other) % 2 === 0 ? [{ from: low, to: high }] : [{ from: high, to: low }]
}
