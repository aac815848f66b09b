/** The order in which people expect names. Pure. */

/** gpu-2 before gpu-10, and the same on every machine whatever its locale. */
export const compareNames = (a: string, b: string): number => {
  const [left, right] = [a.split(/(\d+)/), b.split(/(\d+)/)]
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [x, y] = [left[i] ?? '', right[i] ?? '']
    if (x === y) continue
    const byNumber = i % 2 === 1 ? Number(x) - Number(y) : 0
    return byNumber !== 0 ? byNumber : x < y ? -1 : 1
  }
  return left.length - right.length
}
