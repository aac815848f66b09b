import { toneOf } from '../terminal/colour.ts'
import type { Column } from '../terminal/table.ts'
import { ageSince } from '../terminal/time.ts'
import type { Deployment, Fleet } from './fleet.ts'

/** A field of a spec that came over the wire, by its path; undefined when it is not there. */
export const specField = (spec: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined), spec)

/** The same as text; empty when it is not there. */
export const specText = (spec: unknown, ...path: readonly string[]): string => {
  const value = specField(spec, ...path)
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

export const deploymentColumns = (fleet: Fleet): readonly Column<Deployment>[] => [
  { header: 'DEPLOYMENT', cell: ({ name }) => name },
  { header: 'STATE', cell: ({ state }) => state, tone: ({ state }) => toneOf(state) },
  { header: 'READY', cell: (d) => `${d.replicasReady}/${d.replicasWanted}`, right: true },
  { header: 'UPDATED', cell: ({ replicasUpdated }) => String(replicasUpdated), right: true, rank: 3 },
  { header: 'REV', cell: ({ revision }) => String(revision), right: true, rank: 4 },
  { header: 'MODEL', cell: ({ models }) => models.join(','), rank: 1, least: 12 },
  { header: 'AGE', restless: true, cell: ({ createdUnixMs }) => ageSince(createdUnixMs, fleet.nowUnixMs), right: true, rank: 2 },
  { header: 'ENGINE', cell: ({ spec }) => specText(spec, 'engine', 'preset'), wide: true },
  { header: 'IMAGE', cell: ({ spec }) => specText(spec, 'image'), wide: true },
  { header: 'GPUS', cell: ({ spec }) => specText(spec, 'resources', 'gpus'), wide: true, right: true },
  { header: 'MESSAGE', cell: (d) => d.message || (d.unplaced[0]?.suggestion ?? ''), rank: 0, least: 16 },
]
