import type { Parameter } from './database.ts'

export interface Statement {
  readonly sql: string
  readonly parameters: readonly Parameter[]
}

type Key = readonly (string | number)[]

/** What a change does to the tables. */
export type Write =
  | { readonly kind: 'put'; readonly table: string; readonly key: Key; readonly body: unknown }
  | { readonly kind: 'delete'; readonly table: string; readonly key: Key }
  /** Touches more than the rows that it names, so it keeps its place among the others. */
  | { readonly kind: 'statement'; readonly statement: Statement }
  | { readonly kind: 'event'; readonly row: readonly (string | number)[] }

export const put = (table: string, id: string, body: unknown): Write => ({ kind: 'put', table, key: [id], body })
export const remove = (table: string, id: string): Write => ({ kind: 'delete', table, key: [id] })
