import { toneOf } from '../terminal/colour.ts'
import type { Column } from '../terminal/table.ts'
import type { Gateway } from './fleet.ts'

const state = ({ connected }: Gateway): string => (connected ? 'connected' : 'disconnected')

export const gatewayColumns = (): readonly Column<Gateway>[] => [
  { header: 'GATEWAY', cell: ({ name }) => name },
  { header: 'STATE', cell: state, tone: (gateway) => toneOf(state(gateway)) },
  { header: 'ADDRESS', cell: ({ address }) => address, rank: 2, least: 10 },
  { header: 'SNAPSHOT', restless: true, cell: ({ snapshotVersion }) => String(snapshotVersion), right: true, rank: 1 },
  { header: 'ID', cell: ({ id }) => id, wide: true },
]
