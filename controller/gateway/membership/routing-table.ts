import type { ApiKeyRecord, Route, Snapshot } from '../../../shared/fleet/membership.ts'
import { mayUse } from '../admission/authenticate.ts'

/** A snapshot, indexed for the hot path. Immutable; swapped as a whole. */
export interface RoutingTable {
  readonly version: number
  readonly routes: readonly Route[]
  readonly routeByModel: ReadonlyMap<string, Route>
  /** By the key's SHA-256 in lower-case hex. */
  readonly keys: ReadonlyMap<string, ApiKeyRecord>
}

/** When two deployments claim one model name, the first in the snapshot has it. */
export const routingTable = (snapshot: Snapshot): RoutingTable => {
  const routeByModel = new Map<string, Route>()
  for (const route of snapshot.routes) {
    for (const model of route.models) if (!routeByModel.has(model)) routeByModel.set(model, route)
  }
  const keys = new Map(snapshot.keys.map((key) => [key.sha256Hex.toLowerCase(), key]))
  return { version: snapshot.version, routes: snapshot.routes, routeByModel, keys }
}

export const emptyTable: RoutingTable = routingTable({ version: 0, routes: [], keys: [] })

/** The models that a key may use, in the order of the snapshot. */
export const modelsFor = (table: RoutingTable, key: ApiKeyRecord): string[] =>
  [...table.routeByModel.keys()].filter((model) => mayUse(key, model))

/** The only deployment that a key may use, with the name to ask for; undefined when there are several or none. */
export const onlyRouteFor = (table: RoutingTable, key: ApiKeyRecord): { readonly route: Route; readonly model: string } | undefined => {
  const [model, ...others] = modelsFor(table, key)
  const route = model === undefined ? undefined : table.routeByModel.get(model)
  if (model === undefined || !route) return undefined
  return others.every((other) => table.routeByModel.get(other) === route) ? { route, model } : undefined
}
