/** Choices of some out of several. Pure. */

/** How many there are; far too many is as good as any number above. */
export const countCombinations = (of: number, some: number): number => {
  let count = 1
  for (let i = 1; i <= Math.min(some, of - some); i++) count = (count * (of - i + 1)) / i
  return count
}

/** Each in the order of the items, the earliest items first. */
export function* combinations<T>(items: readonly T[], some: number): Generator<readonly T[]> {
  const places = Array.from({ length: some }, (_, place) => place)
  while (some <= items.length) {
    yield places.map((place) => items[place] as T)
    let last = some - 1
    while (last >= 0 && places[last] === items.length - some + last) last -= 1
    if (last < 0) return
    places[last] = (places[last] ?? 0) + 1
    for (let next = last + 1; next < some; next++) places[next] = (places[next - 1] ?? 0) + 1
  }
}
