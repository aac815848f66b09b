import { found } from '../../../../shared/diagnosis/found.ts'
import { paired } from '../../../observe/metrics/network.ts'
import type { Check, CheckOutcome } from '../../check.ts'
import { seen } from '../evidence.ts'
import { type Listener, parseListeners } from '../host/backlog.ts'
import { ended, missingProgram } from '../program.ts'
import { growthOf } from './growth.ts'

export interface Overflows {
  readonly sinceBoot: number
  /** Undefined where nobody looked at the beginning of the window. */
  readonly inWindow: number | undefined
}

/** Pure. What overflowed before the window is told of, without alarm. */
export const judgeQueues = ({ sinceBoot, inWindow }: Overflows, listeners: readonly Listener[]): CheckOutcome => {
  const evidence = [
    seen('/proc/net/netstat', `ListenOverflows ${sinceBoot}${inWindow === undefined ? '' : `, ${inWindow} of them in the window`}`),
  ]
  const recent = inWindow ?? 0
  // One more than the backlog fits.
  const full = listeners.filter(({ waiting, backlog }) => backlog > 0 && waiting > backlog)
  return {
    findings: [
      ...(recent > 0 || sinceBoot > 0
        ? [
            found('network.accept-queue', recent > 0 ? 'WARNING' : 'INFO', {
              subject: 'host',
              params: { overflows: recent > 0 ? recent : sinceBoot, sinceBoot: recent === 0 },
              evidence,
            }),
          ]
        : []),
      ...full.map(({ line, waiting, backlog, port }) =>
        found('network.accept-queue-full', 'CRITICAL', {
          subject: `port/${port}`,
          params: { listener: line.split(/\s+/)[3] ?? `${port}`, waiting, backlog },
          evidence: [seen('ss -ltn', line)],
        }),
      ),
    ],
    looked: [...evidence, seen('ss -ltn', `${listeners.length} listeners, none full`)],
  }
}

export const acceptQueue: Check = {
  id: 'network.accept-queue',
  subject: 'network',
  deadlineMs: 15_000,
  run: async (context, signal) => {
    const sinceBoot = paired((await context.files.text('/proc/net/netstat')) ?? '', 'TcpExt:').get('ListenOverflows')
    if (sinceBoot === undefined) throw new Error('/proc/net/netstat does not count ListenOverflows')
    const inWindow = growthOf(context.series('hostler_tcp_listen_overflows_total'), context.fromUnixMs, sinceBoot)
    const run = await context.run('ss', ['-ltnH'], 5_000, signal)
    if (run.kind === 'not-started') return missingProgram('ss', 'iproute2')
    return judgeQueues({ sinceBoot, inWindow }, parseListeners(ended('ss -ltn', run)))
  },
}
