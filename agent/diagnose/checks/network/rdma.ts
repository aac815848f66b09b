import type { Finding } from '../../../../shared/diagnosis/finding.ts'
import { found } from '../../../../shared/diagnosis/found.ts'
import type { Thresholds } from '../../../../shared/diagnosis/thresholds.ts'
import { pause } from '../../../../shared/lifecycle/deadline.ts'
import type { Check, CheckOutcome } from '../../check.ts'
import { seen } from '../evidence.ts'
import { type RdmaPort, type RdmaReading, readPorts, type Watched, watched } from './rdma-ports.ts'

type Limits = Pick<Thresholds, 'rdmaSymbolErrorsPerHour' | 'rdmaRecoveriesPerMinute' | 'roceSlowRestartsPerSecond'>
type Per = 'second' | 'minute' | 'hour'

const perMs: { readonly [Unit in Per]: number } = { second: 1_000, minute: 60_000, hour: 3_600_000 }

const limitOf: { readonly [Counter in Watched]: (limits: Limits) => readonly [threshold: number, per: Per] } = {
  symbol_error: (limits) => [limits.rdmaSymbolErrorsPerHour, 'hour'],
  link_error_recovery: (limits) => [limits.rdmaRecoveriesPerMinute, 'minute'],
  roce_slow_restart: (limits) => [limits.roceSlowRestartsPerSecond, 'second'],
  // A link that goes down, or a retry that is used up, is one too many.
  link_downed: () => [0, 'hour'],
  rnr_nak_retry_err: () => [0, 'hour'],
  local_link_integrity_errors: () => [0, 'hour'],
  port_rcv_errors: (limits) => [limits.rdmaSymbolErrorsPerHour, 'hour'],
  out_of_sequence: (limits) => [limits.roceSlowRestartsPerSecond, 'second'],
}

/** What a rate is measured against: a moment ago, and long ago. */
export interface Before {
  readonly moment: RdmaReading
  readonly long: RdmaReading
}

/** Pure. */
export const judgeRdma = (now: RdmaReading, before: Before, limits: Limits): CheckOutcome => ({
  findings: now.ports.flatMap((port) => [
    ...stateOf(port),
    ...(Object.keys(watched) as Watched[]).flatMap((counter) => rateOf(port, counter, now.atMs, before, limits)),
  ]),
  looked: now.ports.map(({ port, state, physState, linkLayer }) =>
    seen(`/sys/class/infiniband/${port}`, `${linkLayer} ${state} ${physState}`),
  ),
})

const stateOf = ({ port, state, physState }: RdmaPort): readonly Finding[] => {
  if (state === 'ACTIVE' || state === '') return []
  // A port that was switched off, or has no cable, may be meant to be so.
  const unused = physState === 'Disabled' || physState === 'Polling'
  const evidence = [seen(`/sys/class/infiniband/${port.replace('/', '/ports/')}/state`, `${state}, ${physState}`)]
  return [
    found('network.rdma-down', unused ? 'INFO' : 'CRITICAL', { subject: `rdma/${port}`, params: { port, state, physState }, evidence }),
  ]
}

const rateOf = (
  { port, counters }: RdmaPort,
  counter: Watched,
  atMs: number,
  { moment, long }: Before,
  limits: Limits,
): readonly Finding[] => {
  const count = counters[counter]
  const [threshold, per] = limitOf[counter](limits)
  const earlier = per === 'second' ? moment : long
  const since = earlier.ports.find((other) => other.port === port)?.counters[counter] ?? 0
  const overMs = atMs - earlier.atMs
  if (count === undefined || overMs <= 0) return []
  // A counter that is smaller than before was reset.
  const grown = count >= since ? count - since : count
  const rate = (grown / overMs) * perMs[per]
  if (grown === 0 || rate <= threshold) return []
  return [
    found('network.rdma-errors', 'WARNING', {
      subject: `rdma/${port}`,
      params: { port, counter, count: grown, rate, per, threshold },
      evidence: [
        seen(
          `/sys/class/infiniband/${port.replace('/', '/ports/')}/${watched[counter]}/${counter}`,
          `${since} -> ${count} in ${Math.round(overMs / 1000)} s`,
        ),
      ],
    }),
  ]
}

const momentMs = 2_000
/** Rates of a minute or an hour are measured against a reading at least this old. */
const leastAgeMs = 60_000

/** Remembers what it read, so that the next diagnosis knows how fast counters grow; the first takes the start of the host, when all were zero. */
const rdmaCheck = (): Check => {
  let kept: RdmaReading | undefined
  return {
    id: 'network.rdma',
    subject: 'network',
    deadlineMs: 15_000,
    run: async ({ files, nowUnixMs, thresholds }, signal) => {
      const moment = { atMs: nowUnixMs(), ports: await readPorts(files) }
      if (moment.ports.length === 0) return { findings: [], looked: [seen('/sys/class/infiniband', 'no RDMA card')] }
      await pause(momentMs, signal)
      const now = { atMs: nowUnixMs(), ports: await readPorts(files) }
      const upMs = Number((await files.text('/proc/uptime'))?.split(' ')[0] ?? 0) * 1_000
      const long = kept !== undefined && now.atMs - kept.atMs >= leastAgeMs ? kept : { atMs: now.atMs - upMs, ports: [] }
      if (kept === undefined || now.atMs - kept.atMs >= leastAgeMs) kept = now
      return judgeRdma(now, { moment, long }, thresholds)
    },
  }
}

export const rdma: Check = rdmaCheck()
