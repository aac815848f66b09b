import { found, notTheCause } from '../../../../shared/diagnosis/found.ts'
import type { Check, CheckOutcome } from '../../check.ts'
import { seen } from '../evidence.ts'
import { ended, missingProgram } from '../program.ts'
import { runningReplicas } from './running-replicas.ts'

/** A listening TCP socket: `waiting` connections of at most `backlog` were not yet accepted. */
export interface Listener {
  readonly port: number
  readonly waiting: number
  readonly backlog: number
  readonly line: string
}

const ssDeadlineMs = 5_000
const limitFile = '/proc/sys/net/core/somaxconn'
/** What Linux had for thirty years; a host that is at it or below was never tuned. */
const untunedLimit = 128

/** The output of `ss -ltnH`. Pure. */
export const parseListeners = (output: string): readonly Listener[] =>
  output.split('\n').flatMap((line) => {
    const [state, waiting, backlog, local = ''] = line.trim().split(/\s+/)
    const port = Number(local.slice(local.lastIndexOf(':') + 1))
    return state === 'LISTEN' && port > 0 ? [{ port, waiting: Number(waiting), backlog: Number(backlog), line: line.trim() }] : []
  })

/** Of the sockets of replicas only: a limit that none of them asks for does nothing for requests. Pure. */
export const judgeBacklog = (listeners: readonly Listener[], replicaOf: ReadonlyMap<number, string>, somaxconn: number): CheckOutcome => {
  const ours = listeners.filter(({ port }) => replicaOf.has(port))
  const low = somaxconn <= untunedLimit ? [] : ours.filter(({ backlog }) => backlog < somaxconn)
  const limit = seen(limitFile, `${somaxconn}`)
  return {
    findings: low.map(({ port, backlog, waiting, line }) =>
      found('host.backlog-below-limit', waiting >= backlog ? 'WARNING' : 'INFO', {
        subject: `replica/${replicaOf.get(port)}`,
        params: { replica: replicaOf.get(port) ?? '', port, backlog, somaxconn, waiting },
        evidence: [seen('ss -ltn', line), limit],
        ruledOut: waiting === 0 ? [notTheCause('host.queue-empty', { port })] : [],
      }),
    ),
    looked: [limit, seen('ss -ltn', ours.length > 0 ? ours.map(({ line }) => line) : 'no replica listens')],
  }
}

export const backlog: Check = {
  id: 'host.backlog',
  subject: 'host',
  deadlineMs: 15_000,
  run: async (context, signal) => {
    const replicaOf = new Map((await runningReplicas(context)).map(({ port, id }) => [port, id]))
    const somaxconn = Number((await context.files.text(limitFile)) ?? Number.NaN)
    const run = await context.run('ss', ['-ltnH'], ssDeadlineMs, signal)
    if (run.kind === 'not-started') return missingProgram('ss', 'iproute2')
    return judgeBacklog(parseListeners(ended('ss -ltn', run)), replicaOf, somaxconn)
  },
}
