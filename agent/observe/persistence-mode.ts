import type { Environment } from './run-bounded.ts'
import { runBounded } from './run-bounded.ts'

export interface PersistenceModeOptions {
  /** A path, or a name that is looked for on PATH. */
  readonly program: string
  readonly environment: Environment
  readonly deadlineMs?: number
}

/**
 * Keeps the driver loaded while nobody uses a GPU, or not. nvidia-smi asks nvidia-persistenced where that runs. Throws an error with what nvidia-smi
 * said; it tells of failures with exit code 0 too.
 */
export const setPersistenceMode = async (
  on: boolean,
  { program, environment, deadlineMs = 30_000 }: PersistenceModeOptions,
): Promise<void> => {
  const run = await runBounded(program, ['-pm', on ? '1' : '0'], {
    deadlineMs,
    maxOutputBytes: 64 * 1024,
    environment,
    signal: AbortSignal.timeout(2 * deadlineMs),
  })
  if (run.kind === 'not-started') throw new Error(`${program} could not be run: ${run.message}`)
  if (run.kind !== 'exited') throw new Error(`"${program} -pm" did not end within ${deadlineMs / 1000} s and was killed`)
  if (run.code !== 0 || /unable|failed|insufficient|not supported/i.test(run.output))
    throw new Error(`"${program} -pm ${on ? 1 : 0}" failed (exit code ${run.code}): ${run.output.trim().split('\n')[0] ?? ''}`)
}
