/** What `get` can list. */
import type { FleetKind } from '../link/control-link.ts'
import { type Column, renderTable, type TableOptions } from '../terminal/table.ts'
import type { Deployment } from './deployment.ts'
import { deploymentColumns } from './deployments.ts'
import type { Fleet, Gateway, Gpu, Host, Replica } from './fleet.ts'
import { gatewayColumns } from './gateways.ts'
import { gpuColumns, gpusOf } from './gpus.ts'
import { hostColumns } from './hosts.ts'
import { replicaColumns } from './replicas.ts'

/** What was found, ready to be shown in any form. */
export interface Listing {
  readonly items: readonly unknown[]
  /** By which each item is known, in the order of the items. */
  readonly names: readonly string[]
  /** Names that were asked for and that nothing has. */
  readonly missing: readonly string[]
  /** Every name there is. */
  readonly known: readonly string[]
  /** By name, what is worth telling when it changes. */
  readonly news: ReadonlyMap<string, string>
  table(options: TableOptions, only?: ReadonlySet<string>): string[]
}

export interface Resource {
  readonly singular: string
  readonly kinds: readonly FleetKind[]
  /** The table needs no more of hosts than a summary. */
  readonly brief: boolean
  /** Said when there are none at all. */
  readonly whenEmpty: string
  list(fleet: Fleet, names: readonly string[]): Listing
}

interface Description<Row> {
  readonly singular: string
  readonly kinds: readonly FleetKind[]
  readonly brief?: boolean
  readonly whenEmpty: string
  readonly rows: (fleet: Fleet) => readonly Row[]
  readonly columns: (fleet: Fleet) => readonly Column<Row>[]
  readonly name: (row: Row) => string
  /** All names by which a user may ask for the row. */
  readonly names: (row: Row) => readonly string[]
}

/** How rows of a kind are listed. */
export const resource = <Row>({ singular, kinds, brief = false, whenEmpty, ...describe }: Description<Row>): Resource => ({
  singular,
  kinds,
  brief,
  whenEmpty,
  list(fleet, names) {
    const all = describe.rows(fleet)
    const rows = names.length === 0 ? all : all.filter((row) => describe.names(row).some((name) => names.includes(name)))
    const columns = describe.columns(fleet)
    const known = new Set(all.flatMap(describe.names))
    const telling = columns.filter(({ restless }) => !restless)
    return {
      items: rows,
      names: rows.map(describe.name),
      missing: names.filter((name) => !known.has(name)),
      known: all.map(describe.name),
      news: new Map(rows.map((row) => [describe.name(row), JSON.stringify(telling.map(({ cell }) => cell(row)))])),
      table: (options, only) => renderTable(columns, only ? rows.filter((row) => only.has(describe.name(row))) : rows, options),
    }
  },
})

export const resources = {
  hosts: resource<Host>({
    singular: 'host',
    kinds: ['hosts'],
    brief: true,
    whenEmpty: 'no hosts have joined; add one with: hostler token create',
    rows: ({ hosts }) => hosts,
    columns: hostColumns,
    name: ({ name }) => name,
    names: ({ name, id }) => [name, id],
  }),
  gpus: resource<Gpu>({
    singular: 'gpu',
    kinds: ['hosts'],
    whenEmpty: 'no GPUs: no host has joined, or none has any (hostler get hosts -o wide says why)',
    rows: gpusOf,
    columns: gpuColumns,
    name: ({ host, index }) => `${host}/${index}`,
    names: ({ host, index, uuid, replica }) => [host, `${host}/${index}`, uuid, ...(replica === '' ? [] : [replica])],
  }),
  deployments: resource<Deployment>({
    singular: 'deployment',
    kinds: ['deployments'],
    whenEmpty: 'no deployments; create one with: hostler deploy -f FILE',
    rows: ({ deployments }) => deployments,
    columns: deploymentColumns,
    name: ({ name }) => name,
    names: ({ name }) => [name],
  }),
  replicas: resource<Replica>({
    singular: 'replica',
    kinds: ['replicas', 'hosts'],
    whenEmpty: 'no replicas; hostler get deployments says what is wanted',
    rows: ({ replicas }) => replicas,
    columns: replicaColumns,
    name: ({ id }) => id,
    names: ({ id, deployment }) => [id, deployment],
  }),
  gateways: resource<Gateway>({
    singular: 'gateway',
    kinds: [],
    whenEmpty: 'no gateways have connected; start one with: hostler gateway',
    rows: ({ gateways }) => gateways,
    columns: gatewayColumns,
    name: ({ name }) => name,
    names: ({ name, id }) => [name, id],
  }),
} as const satisfies Record<string, Resource>

export type ResourceName = keyof typeof resources
