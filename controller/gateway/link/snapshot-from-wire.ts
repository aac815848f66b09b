import type { RateLimit__Output } from '../../../proto/generated/hostler/v1/RateLimit.ts'
import type { Snapshot__Output } from '../../../proto/generated/hostler/v1/Snapshot.ts'
import type { Snapshot } from '../../../shared/fleet/membership.ts'
import { snapshotSchema } from '../membership/snapshot-schema.ts'

const limitOf = (limit: RateLimit__Output | null | undefined) =>
  limit ? { rateLimit: { requestsPerSecond: limit.requestsPerSecond, burst: limit.burst } } : {}

/** A membership as the controller sends it, checked. @throws ZodError when it cannot be served */
export const snapshotFromWire = (wire: Snapshot__Output): Snapshot =>
  snapshotSchema.parse({
    version: wire.version,
    routes: wire.routes.map(({ rateLimit, upstreamModel: _, canary, ...route }) => ({
      ...route,
      ...limitOf(rateLimit),
      ...(canary ? { canary } : {}),
    })),
    keys: wire.keys.map(({ rateLimit, ...key }) => ({ ...key, ...limitOf(rateLimit) })),
  })
