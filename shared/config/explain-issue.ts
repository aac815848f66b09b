/** Turns what zod found into sentences for people: what was expected, and the name they probably meant. */
import type { core } from 'zod'
import { didYouMean } from './did-you-mean.ts'
import { knownFields } from './schema-walk.ts'

export interface Explained {
  readonly path: readonly PropertyKey[]
  readonly message: string
  /** The problem is with the name of the last field of the path, not its value. */
  readonly atName: boolean
  readonly missing: boolean
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a block of fields',
  record: 'a block of names and values',
}

/** One sentence or more for each issue; unknown fields become one each. */
export const explainIssue = (
  schema: core.$ZodType,
  issue: core.$ZodIssue,
  valueAt: (path: readonly PropertyKey[]) => unknown,
): readonly Explained[] => {
  const at = (message: string): Explained => ({ path: issue.path, message, atName: false, missing: false })
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = knownFields(schema, issue.path)
      return issue.keys.map((key) => ({ path: [...issue.path, key], message: unknownField(key, known), atName: true, missing: false }))
    }
    case 'invalid_type': {
      const expected = kinds[issue.expected] ?? issue.expected
      if (valueAt(issue.path) === undefined) {
        return [{ path: issue.path, message: `this field is required (${expected})`, atName: false, missing: true }]
      }
      return [at(custom(issue) ?? `expected ${expected}`)]
    }
    case 'invalid_value':
      return invalidChoice(issue, valueAt(issue.path), at)
    case 'too_small':
      return [at(bound(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum))]
    case 'too_big':
      return [at(bound(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum))]
    case 'invalid_key':
      return [{ path: issue.path, message: issue.issues[0]?.message ?? issue.message, atName: true, missing: false }]
    case 'invalid_union': {
      const branches = issue.errors.map((errors) => errors.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })))
      const deepest = branches.toSorted((a, b) => (b[0]?.path.length ?? 0) - (a[0]?.path.length ?? 0))[0] ?? []
      if ((deepest[0]?.path.length ?? 0) > issue.path.length)
        return deepest.flatMap((inner) => explainIssue(schema, inner as core.$ZodIssue, valueAt))
      const expected = branches.flat().map((inner) => {
        if (inner.code === 'invalid_type') return kinds[inner.expected] ?? inner.expected
        return inner.code === 'invalid_value' ? `one of ${inner.values.map(String).join(', ')}` : inner.message
      })
      return [at(`expected ${[...new Set(expected)].join(' or ')}`)]
    }
    default:
      return [at(issue.message)]
  }
}

const unknownField = (key: string, known: readonly string[]): string => {
  const near = didYouMean(key, known)
  if (near !== undefined) return `unknown field, did you mean ${near}?`
  return known.length === 0 ? 'unknown field' : `unknown field, known here are ${known.join(', ')}`
}

const invalidChoice = (issue: core.$ZodIssueInvalidValue, seen: unknown, at: (message: string) => Explained): readonly Explained[] => {
  const choices = issue.values.map(String)
  if (seen === undefined) return [{ ...at(`this field is required (one of ${choices.join(', ')})`), missing: true }]
  const near = typeof seen === 'string' ? didYouMean(seen, choices) : undefined
  return [
    at(`expected ${choices.length === 1 ? '' : 'one of '}${choices.join(', ')}${near === undefined ? '' : ` (did you mean ${near}?)`}`),
  ]
}

const bound = (origin: string, comparison: string, limit: number | bigint | undefined): string => {
  if (origin === 'string') return `expected ${comparison} ${limit} characters`
  if (origin === 'array' || origin === 'record' || origin === 'map') return `expected ${comparison} ${limit} entries`
  return `expected ${comparison} ${limit}`
}

/** A message that the schema's author wrote, where there is one. */
const custom = (issue: core.$ZodIssue): string | undefined => (issue.message.startsWith('Invalid input') ? undefined : issue.message)
