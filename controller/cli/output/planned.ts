/** What `hostler plan` shows. Pure. */
import { exitCodes } from '../exit-codes.ts'
import { unplacedLines } from '../progress/show.ts'
import { type Column, renderTable, type TableOptions } from '../terminal/table.ts'
import { plainLine } from '../terminal/width.ts'
import type { FleetPlan, PlannedReplica, PlannedStep } from '../view/plan.ts'
import { fieldChangeLine } from './field-change.ts'

const whatOf = ({ created, changed, revision, currentRevision }: FleetPlan['deployments'][number]): string => {
  if (created) return `would be created (revision ${revision})`
  if (!changed) return `would not change (revision ${revision})`
  return revision === currentRevision
    ? `would be changed in place (revision ${revision}), no replica is replaced`
    : `would be changed (revision ${currentRevision} to ${revision})`
}

const stepColumns: readonly Column<PlannedStep>[] = [
  { header: 'STEP', cell: ({ round }) => String(round), right: true },
  { header: 'WHAT', cell: ({ reason }) => reason },
  { header: 'SUBJECT', cell: ({ subject }) => subject },
  { header: 'DETAIL', least: 24, cell: ({ message }) => message },
]

const gpusOf = ({ members }: PlannedReplica): string => members.map(({ gpus }) => (gpus.length === 0 ? '-' : gpus.join(','))).join('; ')

const replicaColumns: readonly Column<PlannedReplica>[] = [
  { header: 'REPLICA', cell: ({ id }) => id },
  { header: 'REV', cell: ({ revision }) => String(revision), right: true },
  { header: 'HOST', cell: ({ members }) => members.map(({ host }) => host).join(', ') },
  { header: 'GPUS', cell: gpusOf },
  { header: '', cell: ({ isNew }) => (isNew ? 'new' : 'stays') },
]

export const planLines = ({ deployments, steps, replicas, shortages, settled }: FleetPlan, options: TableOptions): string[] => {
  const indented = { ...options, indent: '  ', wrapped: true }
  const title = (text: string): string => options.paint('strong', text)
  return [
    ...deployments.flatMap((one) => [
      title(`deployment ${one.name} ${whatOf(one)}`),
      ...one.fields.map((change) => `  ${fieldChangeLine(change)}`),
      ...one.notes.map((note) => `  note: ${plainLine(note)}`),
    ]),
    ...(steps.length === 0 ? [] : ['', title('If everything goes well:'), ...renderTable(stepColumns, steps, indented)]),
    ...(settled ? [] : ['  the rest was not looked at: it goes on for longer than a plan looks ahead']),
    ...(replicas.length === 0 ? [] : ['', title('In the end:'), ...renderTable(replicaColumns, replicas, indented)]),
    ...shortages.flatMap(({ deployment, unplaced }) => ['', title(`${deployment} would not fit:`), ...unplacedLines([unplaced], indented)]),
  ]
}

/** Something that would not fit counts before something that would change. */
export const planExitCode = ({ deployments, shortages }: FleetPlan): number => {
  if (shortages.length > 0) return exitCodes.wouldNotFit.code
  return deployments.some(({ changed }) => changed) ? exitCodes.differs.code : exitCodes.ok.code
}
