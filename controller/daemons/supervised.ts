import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Clock } from '../../shared/clock/clock.ts'
import type { Environment } from '../../shared/config/environment.ts'
import { backoffMs } from '../../shared/lifecycle/backoff.ts'
import { pause } from '../../shared/lifecycle/deadline.ts'

export interface SupervisedOptions {
  readonly program: string
  readonly args: readonly string[]
  readonly environment: Environment
  readonly clock: Clock
  /** Between SIGTERM and SIGKILL. */
  readonly stopMs: number
  /** Exit codes that trying again does not change. */
  readonly finalExitCodes?: readonly number[]
  readonly onExit: (told: { readonly exitCode: number | null; readonly signal: string | null; readonly retryMs: number }) => void
}

const backoff = { firstMs: 500, factor: 2, capMs: 30_000 } as const
const goodRunMs = 60_000

/**
 * Runs a program again whenever it ends, until the signal aborts; then stops it. Its output goes where ours goes.
 * Resolves to the exit code that was final, or to undefined when it was stopped.
 */
export const runSupervised = async (
  { program, args, environment, clock, stopMs, finalExitCodes = [], onExit }: SupervisedOptions,
  signal: AbortSignal,
): Promise<number | undefined> => {
  let failures = 0
  while (!signal.aborted) {
    const startedMs = clock.monotonicMs()
    const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'], env: environment })
    const terminate = () => {
      child.kill('SIGTERM')
      setTimeout(() => child.kill('SIGKILL'), stopMs).unref()
    }
    signal.addEventListener('abort', terminate, { once: true })
    const [exitCode, killedBy] = (await once(child, 'exit').catch(() => [null, null])) as [number | null, string | null]
    signal.removeEventListener('abort', terminate)
    if (signal.aborted) return undefined
    if (exitCode !== null && finalExitCodes.includes(exitCode)) return exitCode
    failures = clock.monotonicMs() - startedMs > goodRunMs ? 0 : failures + 1
    const retryMs = backoffMs(Math.max(0, failures - 1), backoff)
    onExit({ exitCode, signal: killedBy, retryMs })
    await pause(retryMs, signal)
  }
  return undefined
}
