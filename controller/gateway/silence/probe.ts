import { connect } from 'node:net'
import { errnoOf } from '../../../shared/errors/hostler-error.ts'

const defaultPorts: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 }

/**
 * Makes a TCP connection to an origin and closes it again without a byte. Resolves to '' when it was taken, else to the error's code:
 * ETIMEDOUT past `timeoutMs`, ABORT_ERR when the signal aborts. Never rejects.
 */
export const probe = (origin: string, timeoutMs: number, signal: AbortSignal): Promise<string> => {
  const { hostname, port, protocol } = new URL(origin)
  const { promise, resolve } = Promise.withResolvers<string>()
  const socket = connect({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (defaultPorts[protocol] ?? 80) : Number(port),
    signal,
  })
  // Behind the poll for events: after a pause of this process the timer is due before the connection is seen to stand.
  const timer = setTimeout(() => setImmediate(() => resolve('ETIMEDOUT')), timeoutMs)
  socket.once('connect', () => resolve(''))
  socket.once('error', (error) => resolve(errnoOf(error) || 'UNKNOWN'))
  return promise.finally(() => {
    clearTimeout(timer)
    socket.on('error', () => {})
    socket.destroy()
  })
}
