/** A gateway alone in a process, so that its memory is its own. The soak gives it memberships and asks how it is. */
import { readdirSync } from 'node:fs'
import { startGateway } from '../../../controller/gateway/gateway.ts'
import type { Snapshot } from '../../../shared/fleet/membership.ts'
import { createLog } from '../../../shared/log/log.ts'

/** How it is, at rest or under load. */
export interface GatewayState {
  readonly version: number
  readonly outstanding: Readonly<Record<string, number>>
  readonly waiting: number
  readonly open: number
  readonly retries: number
  readonly ejections: number
  readonly heapMiB: number
  readonly rssMiB: number
  readonly files: number
}

export type ToGateway =
  | { readonly apply: Snapshot }
  | { readonly ask: 'state' | 'state after collecting garbage'; readonly number: number }
  | { readonly ask: 'end' }

export interface FromGateway {
  readonly number: number
  readonly state: GatewayState
}

const MiB = 1024 * 1024

const gateway = await startGateway({
  settings: { listen: { host: '127.0.0.1', port: 0 }, retry: { budgetBurst: 10_000 } },
  log: createLog({ level: 'info', format: 'json' }),
})

const sum = (text: string, name: string): number =>
  [...text.matchAll(new RegExp(`^${name}(?:\\{.*\\})? ([\\d.e+]+)$`, 'gm'))].reduce((total, [, value]) => total + Number(value), 0)

const stateNow = (): GatewayState => {
  const metrics = gateway.metrics()
  const { heapUsed, rss } = process.memoryUsage()
  return {
    version: gateway.version,
    outstanding: Object.fromEntries(gateway.outstanding()),
    waiting: [...gateway.waiting().values()].reduce((total, count) => total + count, 0),
    open: sum(metrics, 'hostler_gateway_open_requests'),
    retries: sum(metrics, 'hostler_gateway_retries_total'),
    ejections: sum(metrics, 'hostler_gateway_ejections_total'),
    heapMiB: heapUsed / MiB,
    rssMiB: rss / MiB,
    files: readdirSync('/proc/self/fd').length,
  }
}

process.on('message', async (message: ToGateway) => {
  if ('apply' in message) {
    gateway.apply(message.apply)
    return
  }
  if (message.ask === 'end') {
    await gateway[Symbol.asyncDispose]()
    process.disconnect?.()
    return
  }
  // Twice: what the first one finalises, the second one frees.
  if (message.ask === 'state after collecting garbage') for (let i = 0; i < 2; i++) await globalThis.gc?.()
  process.send?.({ number: message.number, state: stateNow() } satisfies FromGateway)
})
// Who asked for it is gone.
process.on('disconnect', () => process.exit(0))
process.send?.(gateway.address.port)
