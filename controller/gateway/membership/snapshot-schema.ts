import { z } from 'zod'
import { routings, type Snapshot } from '../../../shared/fleet/membership.ts'

const rateLimit = z.object({ requestsPerSecond: z.number().positive(), burst: z.number().positive() })

const endpoint = z.object({
  replicaId: z.string().min(1),
  origin: z.url({ protocol: /^https?$/ }),
  apiKey: z.string(),
  draining: z.boolean(),
  revision: z.number().int(),
  maxConcurrent: z.number().int().min(0),
  // 0 is what a controller says that knows of no weights.
  weight: z
    .number()
    .min(0)
    .default(1)
    .transform((weight) => weight || 1),
})

const route = z.object({
  deployment: z.string().min(1),
  models: z.array(z.string()),
  endpoints: z.array(endpoint),
  rateLimit: rateLimit.optional(),
  tokensPerMinute: z.number().int().min(0).default(0),
  holdMs: z.number().min(0),
  maxQueue: z.number().int().min(0),
  maxQueueBytes: z.number().int().min(0).default(0),
  // Likewise an empty word, and whatever a newer one may know.
  routing: z.enum(routings).catch('leastOutstanding'),
  canary: z.object({ revision: z.number().int().min(0), share: z.number().min(0).max(1) }).optional(),
})

const key = z.object({
  id: z.string(),
  sha256Hex: z.string().regex(/^[0-9a-f]{64}$/i),
  tenant: z.string(),
  models: z.array(z.string()),
  rateLimit: rateLimit.optional(),
  tokensPerMinute: z.number().int().min(0).default(0),
  priority: z.number().int().default(0),
  expiresUnixMs: z.number().min(0),
})

/** A snapshot as it stands on disk. */
export const snapshotSchema: z.ZodType<Snapshot> = z.object({
  version: z.number().int().min(0),
  routes: z.array(route),
  keys: z.array(key),
})
