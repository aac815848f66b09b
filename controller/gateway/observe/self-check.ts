import { request } from 'node:http'
import { request as tlsRequest } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Clock } from '../../../shared/clock/clock.ts'

export interface SelfCheckOptions {
  readonly address: AddressInfo
  readonly clock: Clock
  /** It speaks TLS; its certificate is for other names than the one that is asked here. */
  readonly tls?: boolean
  readonly everyMs?: number
  /** Without a good answer for this long the gateway counts as stuck. */
  readonly patienceMs?: number
}

export interface SelfCheck extends Disposable {
  alive(): boolean
}

const loopbackOf = (address: string): string => (address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address)

/**
 * Asks the gateway for its own health through its own listener, as a load balancer would. A process whose timers run but which takes no
 * connection any more (out of file descriptors, a listener that was lost) is no gateway.
 */
export const startSelfCheck = ({ address, clock, tls = false, everyMs = 5_000, patienceMs = 20_000 }: SelfCheckOptions): SelfCheck => {
  let lastGoodMs = clock.monotonicMs()
  const check = () => {
    const where = { host: loopbackOf(address.address), port: address.port, path: '/healthz', agent: false, timeout: everyMs } as const
    const asked = tls ? tlsRequest({ ...where, rejectUnauthorized: false }) : request(where)
    asked.on('response', (answer) => {
      if (answer.statusCode === 200) lastGoodMs = clock.monotonicMs()
      answer.resume()
    })
    asked.on('timeout', () => asked.destroy())
    asked.on('error', () => {})
    asked.end()
  }
  const timer = setInterval(check, everyMs)
  timer.unref()
  return {
    alive: () => clock.monotonicMs() - lastGoodMs < patienceMs,
    [Symbol.dispose]: () => clearInterval(timer),
  }
}
