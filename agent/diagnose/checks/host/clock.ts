import { found } from '../../../../shared/diagnosis/found.ts'
import type { Check, CheckOutcome } from '../../check.ts'
import type { CheckContext } from '../../context.ts'
import { seen } from '../evidence.ts'

/** One that can tell whether the clock is kept, and what it said. undefined: it could not tell. */
export interface ClockWitness {
  readonly source: string
  readonly synchronised: boolean | undefined
  /** A service that keeps the clock is at work. */
  readonly service: string
  readonly line: string
}

const askDeadlineMs = 5_000
const timesyncFile = '/run/systemd/timesync/synchronized'

/** `timedatectl show`: NTPSynchronized is the kernel's own word, whichever service keeps the clock. Pure. */
export const timedatectlSays = (output: string): ClockWitness => {
  const value = /^NTPSynchronized=(yes|no)$/m.exec(output)?.[1]
  const service = /^NTP=yes$/m.test(output) ? 'systemd-timesyncd' : ''
  const synchronised = value === undefined ? undefined : value === 'yes'
  return { source: 'timedatectl show', synchronised, service, line: output.trim().split('\n')[0] ?? '' }
}

/** `chronyc -c tracking`: reference id, …, leap status last. Pure. */
export const chronySays = (output: string): ClockWitness => {
  const fields = output.trim().split(',')
  const leap = fields.length >= 14 ? fields.at(-1) : undefined
  const synchronised = leap === undefined ? undefined : leap !== 'Not synchronised'
  return { source: 'chronyc -c tracking', synchronised, service: leap === undefined ? '' : 'chrony', line: output.trim() }
}

/** The first witness that can tell counts; without any nothing is known. Pure. */
export const judgeClock = (witnesses: readonly ClockWitness[]): CheckOutcome => {
  const looked = witnesses.map(({ source, line }) => seen(source, line))
  const telling = witnesses.filter(({ synchronised }) => synchronised !== undefined)
  if (telling.length === 0)
    return { findings: [found('host.clock-unknown', 'UNKNOWN', { subject: 'host', params: {}, evidence: looked })], looked }
  if (telling.some(({ synchronised }) => synchronised === true)) return { findings: [], looked }
  const service = telling.find((witness) => witness.service !== '')?.service ?? ''
  const params = { told: telling[0]?.source ?? '', service }
  return { findings: [found('host.clock-unsynchronised', 'WARNING', { subject: 'host', params, evidence: looked })], looked }
}

const ask = async (
  context: CheckContext,
  program: string,
  args: readonly string[],
  says: (output: string) => ClockWitness,
  signal: AbortSignal,
) => {
  const run = await context.run(program, args, askDeadlineMs, signal)
  return run.kind === 'exited' ? [says(run.output)] : []
}

export const clock: Check = {
  id: 'host.clock',
  subject: 'host',
  deadlineMs: 20_000,
  run: async (context, signal) => {
    const marked = (await context.files.text(timesyncFile)) !== undefined
    return judgeClock([
      ...(await ask(context, 'timedatectl', ['show', '--property=NTPSynchronized', '--property=NTP'], timedatectlSays, signal)),
      ...(await ask(context, 'chronyc', ['-c', 'tracking'], chronySays, signal)),
      ...(marked ? [{ source: timesyncFile, synchronised: true, service: 'systemd-timesyncd', line: 'is there' }] : []),
    ])
  },
}
