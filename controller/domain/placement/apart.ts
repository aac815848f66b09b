/** The best hosts of which no two must be kept apart. Pure. */

/** Pairs are few and hosts many; a search that has not ended by then goes by the best that it has found. */
const maxSteps = 20_000

/**
 * @param sorted the best first
 * @param enemies of each host that has any, both ways
 * @returns undefined when there is no such set
 */
export const chooseApart = <T>(
  sorted: readonly T[],
  needed: number,
  enemies: ReadonlyMap<T, ReadonlySet<T>>,
  compareSums: (a: readonly T[], b: readonly T[]) => number,
): readonly T[] | undefined => {
  let best: readonly T[] | undefined
  let steps = 0
  const search = (included: readonly T[], available: readonly T[]): void => {
    steps += 1
    // Whatever may be, nothing better than this comes of it.
    const bound = [...included, ...available.slice(0, needed - included.length)]
    if (bound.length < needed || steps > maxSteps) return
    if (best !== undefined && compareSums(bound, best) >= 0) return
    const odd = bound.slice(included.length).find((host) => bound.some((other) => enemies.get(host)?.has(other)))
    if (odd === undefined) {
      best = bound
      return
    }
    if (included.length + mostApart(available, enemies) < needed) return
    const others = available.filter((host) => host !== odd)
    search(
      [...included, odd],
      others.filter((host) => !enemies.get(odd)?.has(host)),
    )
    search(included, others)
  }
  search([], sorted)
  return best
}

/** Never less than how many of the hosts can stand side by side: of hosts that are all enemies of one another only one can. */
const mostApart = <T>(hosts: readonly T[], enemies: ReadonlyMap<T, ReadonlySet<T>>): number => {
  const circles: T[][] = []
  for (const host of hosts) {
    const circle = enemies.has(host) ? circles.find((members) => members.every((member) => enemies.get(host)?.has(member))) : undefined
    if (circle === undefined) circles.push([host])
    else circle.push(host)
  }
  return circles.length
}
