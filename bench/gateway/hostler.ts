import { hash } from 'node:crypto'
import { startGateway } from '../../controller/gateway/gateway.ts'
import { createLog } from '../../shared/log/log.ts'

export const benchKey = 'sk-bench'

/** The gateway as it is shipped: keys, limits, model lookup, metrics, and an access log of errors alone. */
export const startHostler = async (origins: readonly string[]): Promise<number> => {
  const gateway = await startGateway({
    settings: { listen: { host: '127.0.0.1', port: 0 }, accessLog: { sample: 0 } },
    log: createLog({ level: 'warn', format: 'json' }),
  })
  const endpoints = origins.map((origin, i) => ({
    replicaId: `r${i}`,
    origin,
    apiKey: 'secret',
    draining: false,
    revision: 1,
    maxConcurrent: 0,
  }))
  const rateLimit = { requestsPerSecond: 1_000_000, burst: 1_000_000 }
  gateway.apply({
    version: 1,
    routes: [{ deployment: 'bench', models: ['bench'], endpoints, rateLimit, holdMs: 10_000, maxQueue: 10_000 }],
    keys: [{ id: 'k', sha256Hex: hash('sha256', benchKey, 'hex'), tenant: 't', models: [], rateLimit, expiresUnixMs: 0 }],
  })
  return gateway.address.port
}
