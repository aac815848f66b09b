/** What differs between two specs, field by field, as users write them. Pure. */
import { isDeepStrictEqual } from 'node:util'
import { documentOf } from './document.ts'
import type { DeploymentSpec } from './schema.ts'

export interface FieldChange {
  /** Such as `resources.gpus`; lists are one field. */
  readonly path: string
  /** Undefined: not there. */
  readonly before: unknown
  readonly after: unknown
}

const isBlock = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const changesOf = (before: unknown, after: unknown, path: string): readonly FieldChange[] => {
  if (isDeepStrictEqual(before, after)) return []
  if (!isBlock(before) || !isBlock(after)) return [{ path, before, after }]
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return keys.flatMap((key) => changesOf(before[key], after[key], path === '' ? key : `${path}.${key}`))
}

/** Defaults are spelled out on both sides, so that a default that is written down is no difference. */
export const specChanges = (before: DeploymentSpec, after: DeploymentSpec): readonly FieldChange[] =>
  changesOf(documentOf(before), documentOf(after), '')
