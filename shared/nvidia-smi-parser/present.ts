/** Every field of T, each allowed to be undefined: leaving one out does not compile. */
export type Draft<T> = { readonly [K in keyof T]-?: T[K] | undefined }

/** The object without its undefined fields, so that an absent value is an absent key. */
export const present = <T extends object>(draft: Draft<T>): T => {
  const kept: Partial<Record<keyof T, unknown>> = {}
  for (const key in draft) if (draft[key] !== undefined) kept[key] = draft[key]
  return kept as T
}

/** As `present`, and undefined when nothing is left. */
export const section = <T extends object>(draft: Draft<T>): T | undefined => {
  const kept = present<T>(draft)
  return Object.keys(kept).length === 0 ? undefined : kept
}
