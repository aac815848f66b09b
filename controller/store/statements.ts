import { resourceId } from '../domain/hosts/resource.ts'
import type { Parameter } from './database.ts'
import { encodeRevision } from './revision-record.ts'
import type { StoreChange } from './store.ts'

export interface Statement {
  readonly sql: string
  readonly parameters: readonly Parameter[]
}

const put = (table: string, id: string, body: unknown): Statement => ({
  sql: `INSERT INTO ${table} VALUES (?, ?) ON CONFLICT DO UPDATE SET body = excluded.body`,
  parameters: [id, JSON.stringify(body)],
})

type Statements = { readonly [Kind in StoreChange['kind']]: (change: Extract<StoreChange, { kind: Kind }>) => readonly Statement[] }

const statements: Statements = {
  putDeployment: ({ deployment }) => [put('deployments', deployment.name, deployment)],
  deleteDeployment: ({ name }) => [
    { sql: 'DELETE FROM deployments WHERE name = ?', parameters: [name] },
    { sql: 'DELETE FROM revisions WHERE deployment = ?', parameters: [name] },
  ],
  putRevision: ({ revision }) => [
    {
      sql: 'INSERT INTO revisions VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body',
      parameters: [revision.deployment, revision.number, JSON.stringify(encodeRevision(revision))],
    },
  ],
  putAssignment: ({ assignment }) => [put('assignments', assignment.id, assignment)],
  deleteAssignment: ({ id }) => [{ sql: 'DELETE FROM assignments WHERE id = ?', parameters: [id] }],
  putHost: ({ host }) => [put('hosts', host.id, host)],
  deleteHost: ({ id }) => [{ sql: 'DELETE FROM hosts WHERE id = ?', parameters: [id] }],
  putToken: ({ token }) => [put('tokens', token.id, token)],
  putIdentity: ({ identity }) => [put('identities', identity.id, identity)],
  putKey: ({ key }) => [put('keys', key.id, key)],
  deleteKey: ({ id }) => [{ sql: 'DELETE FROM keys WHERE id = ?', parameters: [id] }],
  putResource: ({ resource }) => [put('resources', resourceId(resource), resource)],
  deleteResource: ({ id }) => [{ sql: 'DELETE FROM resources WHERE id = ?', parameters: [id] }],
  putBrake: ({ brake }) => [
    { sql: 'INSERT INTO brake VALUES (1, ?) ON CONFLICT DO UPDATE SET body = excluded.body', parameters: [JSON.stringify(brake)] },
  ],
  addEvent: ({ event, atUnixMs }) => [
    {
      sql: 'INSERT INTO events (at_unix_ms, level, reason, subject, message) VALUES (?, ?, ?, ?, ?)',
      parameters: [atUnixMs, event.level, event.reason, event.subject, event.message],
    },
  ],
}

/** What a change is in SQL. */
export const statementsFor = <Kind extends StoreChange['kind']>(change: Extract<StoreChange, { kind: Kind }>): readonly Statement[] =>
  (statements[change.kind] as (change: Extract<StoreChange, { kind: Kind }>) => readonly Statement[])(change)
