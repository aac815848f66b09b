import { toneOf } from '../terminal/colour.ts'
import type { Column } from '../terminal/table.ts'
import { ageSince } from '../terminal/time.ts'
import type { Deployment } from './deployment.ts'
import type { Fleet } from './fleet.ts'

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
  { header: 'UPDATED', rank: 0, cell: ({ replicasUpdated }) => String(replicasUpdated), right: true },
  { header: 'REV', rank: 3, cell: ({ revision }) => String(revision), right: true },
  { header: 'MODEL', rank: 2, least: 12, cell: ({ models }) => models.join(',') },
  { header: 'AGE', rank: 1, restless: true, cell: ({ createdUnixMs }) => ageSince(createdUnixMs, fleet.nowUnixMs), right: true },
  { header: 'ENGINE', cell: ({ spec }) => specText(spec, 'engine', 'preset'), wide: true },
  { header: 'IMAGE', cell: ({ spec }) => specText(spec, 'image'), wide: true },
  { header: 'GPUS', cell: ({ spec }) => specText(spec, 'resources', 'gpus'), wide: true, right: true },
  {
    header: 'MIN-MAX',
    cell: ({ autoscale }) => (autoscale === undefined ? '' : `${autoscale.min}-${autoscale.max}`),
    wide: true,
    right: true,
  },
  { header: 'MESSAGE', rank: 4, least: 20, cell: (d) => d.message || (d.unplaced[0]?.suggestion ?? '') },
]
