/** What differs between two documents as users write them, field by field. Pure. */

export interface FieldChange {
  /** Such as `engine.args[2]` or `env.MODE`. */
  readonly path: string
  /** Absent: the field was added. */
  readonly from?: unknown
  /** Absent: the field was removed. */
  readonly to?: unknown
}

type Leaves = ReadonlyMap<string, unknown>

/** Every value that is neither an object nor a list, by its path; empty ones are values too. */
const leavesOf = (value: unknown, path = '', leaves = new Map<string, unknown>()): Leaves => {
  const inner: readonly (readonly [string, unknown])[] = Array.isArray(value)
    ? value.map((item, index) => [`${path}[${index}]`, item] as const)
    : typeof value === 'object' && value !== null
      ? Object.entries(value).map(([key, item]) => [path === '' ? key : `${path}.${key}`, item] as const)
      : []
  if (inner.length === 0) leaves.set(path, value)
  for (const [at, item] of inner) leavesOf(item, at, leaves)
  return leaves
}

const isEmpty = (value: unknown): boolean => typeof value === 'object' && value !== null && Object.keys(value).length === 0

/** In the order of the newer document, what was removed last. An empty list or object in the place of nothing is no difference. */
export const fieldChanges = (from: unknown, to: unknown): readonly FieldChange[] => {
  const [before, after] = [leavesOf(from), leavesOf(to)]
  const changed: FieldChange[] = []
  for (const [path, value] of after) {
    if (!before.has(path)) {
      if (!isEmpty(value)) changed.push({ path, to: value })
    } else if (JSON.stringify(before.get(path)) !== JSON.stringify(value)) changed.push({ path, from: before.get(path), to: value })
  }
  for (const [path, value] of before) if (!after.has(path) && !isEmpty(value)) changed.push({ path, from: value })
  return changed
}
