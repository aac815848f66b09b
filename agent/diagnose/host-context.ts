import type { Clock } from '../../shared/clock/clock.ts'
import type { Environment } from '../../shared/config/environment.ts'
import { runBounded } from '../observe/run-bounded.ts'
import type { CheckContext } from './context.ts'
import { hostFiles } from './files.ts'
import type { Timeline } from './timeline.ts'

const mostOutputBytes = 4 * 1024 * 1024

/** What the rest of the agent lends to checks. */
export type Lent = Omit<CheckContext, 'fromUnixMs' | 'toUnixMs' | 'nowUnixMs' | 'files' | 'run' | 'events'>

export interface HostContextOptions {
  readonly lent: Lent
  readonly timeline: Timeline
  readonly environment: Environment
  readonly clock: Clock
}

export interface Window {
  readonly fromUnixMs: number
  readonly toUnixMs: number
}

/** This host, as checks see it. */
export const hostContext = ({ lent, timeline, environment, clock }: HostContextOptions, window: Window): CheckContext => ({
  ...lent,
  ...window,
  nowUnixMs: () => clock.unixMs(),
  files: hostFiles(''),
  run: (program, args, deadlineMs, signal) =>
    runBounded(program, args, { deadlineMs, maxOutputBytes: mostOutputBytes, environment, signal }),
  events: () => timeline.between(window.fromUnixMs, window.toUnixMs),
})
