import { type Environment, runBounded } from '../observe/run-bounded.ts'

export interface RunOptions {
  readonly environment: Environment
}

export interface ProgramResult {
  readonly ok: boolean
  /** stdout and stderr. */
  readonly output: string
  /** Why it failed, for people; empty when it did not. */
  readonly why: string
}

/** The Debian packages that bring the programs. */
const packages: Readonly<Record<string, string>> = { ethtool: 'ethtool', dcb: 'iproute2', ss: 'iproute2', nsenter: 'util-linux' }
const deadlineMs = 10_000
const maxOutputBytes = 4 * 1024 * 1024

/** Runs a program of the host with a deadline. Never rejects. */
export const runProgram = async (program: string, args: readonly string[], { environment }: RunOptions): Promise<ProgramResult> => {
  // ethtool and friends are not on everyone's path.
  const path = `${environment.PATH ?? '/usr/bin:/bin'}:/usr/local/sbin:/usr/sbin:/sbin`
  const run = await runBounded(program, args, {
    deadlineMs,
    maxOutputBytes,
    environment: { ...environment, PATH: path },
    signal: AbortSignal.timeout(2 * deadlineMs),
  })
  const words = [program, ...args].join(' ')
  switch (run.kind) {
    case 'exited':
      return {
        ok: run.code === 0,
        output: run.output,
        why: run.code === 0 ? '' : `"${words}" ended with exit code ${run.code}: ${firstLine(run.output)}`,
      }
    case 'not-started':
      return { ok: false, output: '', why: notStarted(program, run.errno, run.message) }
    default:
      return { ok: false, output: '', why: `"${words}" did not end within ${deadlineMs / 1000} s, or printed too much, and was killed` }
  }
}

const firstLine = (text: string): string => text.trim().split('\n')[0] ?? ''

const notStarted = (program: string, errno: string, message: string): string => {
  if (errno !== 'ENOENT') return `${program} could not be run: ${message}`
  const from = packages[program]
  return `${program} is not installed${from ? `; the Debian package ${from} brings it` : ''}`
}
