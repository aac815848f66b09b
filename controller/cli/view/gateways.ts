import { toneOf } from '../terminal/colour.ts'
import type { Column } from '../terminal/table.ts'
import type { Gateway } from './fleet.ts'

const state = ({ connected }: Gateway): string => (connected ? 'connected' : 'disconnected')

export const gatewayColumns = (): readonly Column<Gateway>[] => [
  { header: 'GATEWAY', cell: ({ name }) => name },
  { header: 'STATE', cell: state, tone: (gateway) => toneOf(state(gateway)) },
  { header: 'ADDRESS', rank: 1, cell: ({ address }) => address },
  { header: 'SNAPSHOT', rank: 0, restless: true, cell: ({ snapshotVersion }) => String(snapshotVersion), right: true },
  { header: 'ID', cell: ({ id }) => id, wide: true },
]
