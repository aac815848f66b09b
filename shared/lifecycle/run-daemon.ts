import type { Environment } from '../config/environment.ts'
import type { Log } from '../log/log.ts'
import { serviceManager } from './service-manager.ts'

export interface DaemonRun {
  readonly name: string
  readonly environment: Environment
  readonly log: Log
  /** Starts the daemon; what it returns is disposed of when the signal aborts: drain, then deadline, then force. */
  readonly start: (signal: AbortSignal) => Promise<AsyncDisposable & { readonly status: string; readonly alive: () => boolean }>
}

/** The life of a daemon under a service manager: start, say ready, wait for the signal, say stopping, stop. Resolves to the exit code. */
export const runDaemon = async ({ name, environment, log, start }: DaemonRun, signal: AbortSignal): Promise<number> => {
  const daemon = await start(signal)
  using manager = serviceManager(environment, daemon.alive)
  manager.ready(daemon.status)
  log.info('daemon ready', { daemon: name, status: daemon.status })
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  manager.stopping()
  log.info('daemon stopping', { daemon: name })
  await daemon[Symbol.asyncDispose]()
  log.info('daemon stopped', { daemon: name })
  return 0
}
