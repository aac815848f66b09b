import { resourceId } from '../domain/hosts/resource.ts'
import { alertWrites } from './alert-writes.ts'
import { encodeRevision } from './revision-record.ts'
import type { StoreChange } from './store.ts'
import { put, remove, type Statement, type Write } from './write.ts'

type Writes = { readonly [Kind in StoreChange['kind']]: (change: Extract<StoreChange, { kind: Kind }>) => readonly Write[] }

const writes: Writes = {
  putDeployment: ({ deployment }) => [put('deployments', deployment.name, deployment)],
  deleteDeployment: ({ name }) => [
    remove('deployments', name),
    { kind: 'statement', statement: { sql: 'DELETE FROM revisions WHERE deployment = ?', parameters: [name] } },
  ],
  putRevision: ({ revision }) => [
    { kind: 'put', table: 'revisions', key: [revision.deployment, revision.number], body: encodeRevision(revision) },
  ],
  putAssignment: ({ assignment }) => [put('assignments', assignment.id, assignment)],
  deleteAssignment: ({ id }) => [remove('assignments', id)],
  putHost: ({ host }) => [put('hosts', host.id, host)],
  deleteHost: ({ id }) => [remove('hosts', id)],
  putToken: ({ token }) => [put('tokens', token.id, token)],
  putIdentity: ({ identity }) => [put('identities', identity.id, identity)],
  putKey: ({ key }) => [put('keys', key.id, key)],
  deleteKey: ({ id }) => [remove('keys', id)],
  putResource: ({ resource }) => [put('resources', resourceId(resource), resource)],
  deleteResource: ({ id }) => [remove('resources', id)],
  putBrake: ({ brake }) => [{ kind: 'put', table: 'brake', key: [1], body: brake }],
  ...alertWrites,
  addEvent: ({ event, atUnixMs }) => [{ kind: 'event', row: [atUnixMs, event.level, event.reason, event.subject, event.message] }],
}

/** What a change is in writes. */
const writesOf = <Kind extends StoreChange['kind']>(change: Extract<StoreChange, { kind: Kind }>): readonly Write[] =>
  (writes[change.kind] as (change: Extract<StoreChange, { kind: Kind }>) => readonly Write[])(change)

type Row = Extract<Write, { kind: 'put' | 'delete' }>

const columns = (count: number): string => Array.from({ length: count }, (_, at) => `value ->> ${at}`).join(', ')

/** One statement for all rows of a table: each costs a trip to SQLite's thread, whatever it does there. */
const putAll = (table: string, rows: readonly Extract<Row, { kind: 'put' }>[]): Statement => ({
  sql: `INSERT INTO ${table} SELECT ${columns((rows[0]?.key.length ?? 1) + 1)} FROM json_each(?) WHERE true ON CONFLICT DO UPDATE SET body = excluded.body`,
  parameters: [JSON.stringify(rows.map(({ key, body }) => [...key, JSON.stringify(body)]))],
})

const removeAll = (table: string, rows: readonly Row[]): Statement => ({
  sql: `DELETE FROM ${table} WHERE ${keyColumn(table)} IN (SELECT value FROM json_each(?))`,
  parameters: [JSON.stringify(rows.map(({ key }) => key[0]))],
})

const keyColumn = (table: string): string => (table === 'deployments' ? 'name' : 'id')

/** Of several writes of one row the last one counts. */
const statementsOfRows = (rows: Iterable<Row>): readonly Statement[] => {
  const byTable = Map.groupBy(rows, ({ table }) => table)
  return [...byTable].flatMap(([table, all]) => {
    const removed = all.filter(({ kind }) => kind === 'delete')
    const kept = all.filter((row) => row.kind === 'put')
    return [...(removed.length > 0 ? [removeAll(table, removed)] : []), ...(kept.length > 0 ? [putAll(table, kept)] : [])]
  })
}

export interface Batch {
  readonly statements: readonly Statement[]
  /** Adds all events in their order, so that their ids follow one another; absent without any. */
  readonly events?: Statement | undefined
}

/** What changes are in SQL: as few statements as leave the same rows behind as each of the changes in its turn. */
export const batchOf = (changes: readonly StoreChange[]): Batch => {
  const statements: Statement[] = []
  const events: (readonly (string | number)[])[] = []
  let rows = new Map<string, Row>()
  for (const write of changes.flatMap(writesOf)) {
    if (write.kind === 'event') events.push(write.row)
    else if (write.kind === 'statement') {
      statements.push(...statementsOfRows(rows.values()), write.statement)
      rows = new Map()
    } else rows.set(`${write.table}\0${write.key.join('\0')}`, write)
  }
  statements.push(...statementsOfRows(rows.values()))
  if (events.length === 0) return { statements }
  const sql = `INSERT INTO events (at_unix_ms, level, reason, subject, message) SELECT ${columns(5)} FROM json_each(?) ORDER BY key`
  return { statements, events: { sql, parameters: [JSON.stringify(events)] } }
}
