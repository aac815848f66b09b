import type { Finding } from '../../../../shared/diagnosis/finding.ts'
import { found, notTheCause } from '../../../../shared/diagnosis/found.ts'
import type { TuneAnswer, TuneRow } from '../../../../shared/tuning/answer.ts'
import { meets } from '../../../../shared/tuning/value.ts'
import type { Check, CheckOutcome } from '../../check.ts'
import { seen } from '../evidence.ts'

const winnerOf = (row: TuneRow) => row.persisted.find(({ wins }) => wins)

const evidenceOf = (row: TuneRow) => [
  seen(row.kind === 'sysctl' ? `sysctl ${row.key}` : `${row.kind} ${row.key}`, [
    `live: ${row.live ?? 'not read'}; wanted: ${row.comparison === 'at-least' ? 'at least ' : ''}${row.wanted}`,
    ...row.persisted.map(({ file, line, value, wins }) => `${file}:${line} = ${value}${wins ? ' (wins at the next boot)' : ''}`),
    ...(row.message === '' ? [] : [row.message]),
  ]),
]

const holds = ({ key, comparison, wanted }: TuneRow, value: string): boolean => meets({ key, comparison, value: wanted }, value)

const judgeRow = (row: TuneRow, { profile, conflicts }: TuneAnswer): readonly Finding[] => {
  const { key, wanted, comparison } = row
  const about = { subject: `setting/${key}`, evidence: evidenceOf(row) }
  const live = row.live ?? ''
  if (row.state === 'absent') return []
  if (row.state === 'unreadable') {
    return [found('looking.failed', 'UNKNOWN', { ...about, params: { what: key, message: row.message } })]
  }
  if (comparison === 'advise' || row.state === 'advice') {
    const advised = row.state === 'holds' || holds(row, live)
    return advised ? [] : [found('host.setting-advice', 'INFO', { ...about, params: { key, wanted, live, reason: row.reason } })]
  }
  const owner = conflicts.find(({ keys }) => keys.includes(key))?.with ?? ''
  const winner = winnerOf(row)
  const [file, fileValue] = [winner?.file ?? '', winner?.value ?? '']
  if (row.kind === 'engine-limit' && row.state === 'differs' && row.step === 'none') {
    return [found('host.setting-pending', 'INFO', { ...about, params: { key, wanted, live } })]
  }
  if (row.state === 'differs') {
    return [
      found('host.setting-differs', 'WARNING', {
        ...about,
        params: { key, wanted, live, profile, file, fileValue, by: owner },
        ruledOut: owner === '' ? [notTheCause('host.no-profile-owner', { name: 'tuned' })] : [],
      }),
    ]
  }
  const elsewhere = row.containers.filter(({ own, value }) => own && value !== null && !holds(row, value))
  return [
    ...(row.kind === 'sysctl' && (winner ? !holds(row, winner.value) : row.step === 'persist')
      ? [found('host.setting-overridden', 'WARNING', { ...about, params: { key, wanted, file, fileValue, profile } })]
      : []),
    ...(elsewhere.length > 0
      ? [
          found('host.setting-not-in-containers', 'WARNING', {
            ...about,
            params: {
              key,
              wanted,
              values: elsewhere.map(({ value }) => value ?? ''),
              replicas: elsewhere.map(({ replicaId }) => replicaId),
            },
          }),
        ]
      : []),
  ]
}

/** How the host differs from its profile. Pure. */
export const judgeTuning = (answer: TuneAnswer | undefined): CheckOutcome => {
  if (!answer || answer.profile === '') {
    return { findings: [found('host.no-profile', 'INFO', { subject: 'host', params: {}, evidence: [] })], looked: [] }
  }
  const { profile, state, message, rows, conflicts } = answer
  return {
    findings: [
      ...(state === 'failed'
        ? [found('host.tuning-failed', 'WARNING', { subject: 'host', params: { profile, message }, evidence: [] })]
        : []),
      ...conflicts.map((conflict) =>
        found('host.tuning-conflict', 'WARNING', {
          subject: `conflict/${conflict.with}`,
          params: { with: conflict.with, keys: [...conflict.keys], message: conflict.message, remedy: conflict.remedy },
          evidence: [seen(conflict.with, conflict.message)],
        }),
      ),
      ...rows.flatMap((row) => judgeRow(row, answer)),
    ],
    looked: [
      seen(
        `profile ${profile}`,
        rows.map(({ key, live, wanted }) => `${key}: ${live ?? 'not read'}, wanted ${wanted}`),
      ),
    ],
  }
}

export const tuning: Check = {
  id: 'host.tuning',
  subject: 'host',
  deadlineMs: 60_000,
  run: async (context, signal) => judgeTuning(await context.tuning(signal)),
}
