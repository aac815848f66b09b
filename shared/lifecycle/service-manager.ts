import { execFile } from 'node:child_process'
import type { Environment } from '../config/environment.ts'

/** What systemd wants to know of a Type=notify service. Says nothing when not run by it. */
export interface ServiceManager extends Disposable {
  ready(status: string): void
  stopping(): void
}

/**
 * Talks to systemd through systemd-notify, which every systemd host has. `alive` decides each watchdog ping: a process whose
 * loop is stuck, or whose work makes no progress, is not pinged for and gets restarted.
 */
export const serviceManager = (environment: Environment, alive: () => boolean): ServiceManager => {
  const socket = environment.NOTIFY_SOCKET
  const tell = (...words: readonly string[]) => {
    if (!socket) return
    execFile(
      'systemd-notify',
      [`--pid=${process.pid}`, ...words],
      { env: { PATH: environment.PATH ?? '/usr/bin:/bin', NOTIFY_SOCKET: socket }, timeout: 5_000 },
      () => {},
    )
  }
  const watchdogMs = Number(environment.WATCHDOG_USEC ?? 0) / 1_000
  const timer = socket && watchdogMs > 0 ? setInterval(() => alive() && tell('WATCHDOG=1'), watchdogMs / 3) : undefined
  timer?.unref()
  return {
    ready: (status) => tell('--ready', `--status=${status}`),
    stopping: () => tell('STOPPING=1'),
    [Symbol.dispose]: () => clearInterval(timer),
  }
}
