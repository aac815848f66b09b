/** What the autoscaler makes of a deployment: how many it wants, by which signals, and what holds it. Pure. */
import { type Column, renderTable } from '../terminal/table.ts'
import type { Deployment, ScaleSignal } from '../view/deployment.ts'
import { type Material, section } from './sections.ts'

/** One line; empty where the number is set by people alone. */
export const autoscaleText = ({ autoscale }: Deployment): string => {
  if (autoscale === undefined) return ''
  const { min, max, schedule, wish, limit } = autoscale
  const bounds = `${min} to ${max}${schedule === '' ? '' : ` (${schedule})`}`
  // A limit that begins with the wish needs no other word for it.
  const wishes = limit.startsWith('wishes') || wish === undefined ? '' : `, wishes ${wish}`
  return `${bounds}${wishes}${limit === '' ? '' : `; ${limit}`}`
}

const columns: readonly Column<ScaleSignal>[] = [
  { header: 'SIGNAL', cell: ({ name }) => name },
  { header: 'NOW', cell: ({ value }) => value },
  { header: 'TARGET', cell: ({ target }) => target },
  { header: 'ASKS', cell: ({ asks }) => (asks === 0 ? '' : String(asks)), right: true },
  { header: 'ENOUGH', cell: ({ enough }) => (enough === undefined ? '?' : String(enough)), right: true },
  { header: 'NOTE', cell: ({ missing }) => missing },
]

export const autoscaleSection = ({ autoscale }: Deployment, { table }: Material): string[] =>
  section('Autoscale', renderTable(columns, autoscale?.signals ?? [], { ...table, indent: '  ', wrapped: true }), table.paint)
