/** What changes of alerts do to the tables. */
import type { AlertChange } from '../domain/alert/model.ts'
import type { Parameter } from './database.ts'
import { put, remove, type Write } from './write.ts'

const statement = (sql: string, ...parameters: readonly Parameter[]): Write => ({ kind: 'statement', statement: { sql, parameters } })

export type AlertWrites = {
  readonly [Kind in AlertChange['kind']]: (change: Extract<AlertChange, { kind: Kind }>) => readonly Write[]
}

export const alertWrites: AlertWrites = {
  putAlert: ({ alert }) => [put('alerts', alert.id, alert)],
  deleteAlert: ({ id }) => [remove('alerts', id)],
  addResolvedAlert: ({ alert }) => [statement('INSERT INTO resolved_alerts (body) VALUES (?)', JSON.stringify(alert))],
  putNoticeGroup: ({ group }) => [put('notice_groups', group.id, group)],
  deleteNoticeGroup: ({ id }) => [remove('notice_groups', id)],
  putNotice: ({ notice }) => [
    statement(
      'INSERT INTO notices (id, state, body) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET state = excluded.state, body = excluded.body',
      notice.id,
      notice.state,
      JSON.stringify(notice),
    ),
  ],
  deleteNotice: ({ id }) => [remove('notices', id)],
  putSilence: ({ silence }) => [put('silences', silence.id, silence)],
  deleteSilence: ({ id }) => [remove('silences', id)],
  putAlertsLooked: ({ atUnixMs }) => [
    statement('INSERT INTO alerts_looked VALUES (1, ?) ON CONFLICT DO UPDATE SET at_unix_ms = excluded.at_unix_ms', Math.round(atUnixMs)),
  ],
}
