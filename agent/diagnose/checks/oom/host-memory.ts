import type { Evidence, Finding, Params } from '../../../../shared/diagnosis/finding.ts'
import { found, notTheCause } from '../../../../shared/diagnosis/found.ts'
import type { TimelineEvent } from '../../../../shared/diagnosis/timeline.ts'
import type { Check, CheckOutcome } from '../../check.ts'
import type { CheckContext } from '../../context.ts'
import { seen } from '../evidence.ts'
import { type CgroupMemory, cgroupMemoryOf } from './cgroup-memory.ts'

/** What is known of one replica's memory on the host. */
export interface ReplicaMemoryFacts {
  readonly replica: string
  readonly limitMiB: number
  /** Its instances here, with what their engine says of them. */
  readonly instances: readonly { readonly id: string; readonly oomKilled: boolean; readonly cgroup: CgroupMemory | undefined }[]
}

export interface HostMemoryFacts {
  readonly replicas: readonly ReplicaMemoryFacts[]
  readonly events: readonly TimelineEvent[]
  /** Without the kernel's log a kill can go unseen. */
  readonly logRead: boolean
}

const killed = 137

const textOf = (params: Params, name: string): string => (typeof params[name] === 'string' ? params[name] : '')
const numberOf = (params: Params, name: string): number => (typeof params[name] === 'number' ? params[name] : 0)

const kernelEvidence = (events: readonly TimelineEvent[]): Evidence[] =>
  events.length === 0
    ? []
    : [
        {
          ...seen(
            '/dev/kmsg',
            events.map(({ line }) => line),
          ),
          atUnixMs: Math.round(events[0]?.atUnixMs ?? 0),
        },
      ]

const killOf = ({ replica, limitMiB, instances }: ReplicaMemoryFacts, events: readonly TimelineEvent[]): Finding[] => {
  const mine = ({ subject, params }: TimelineEvent): boolean =>
    subject === `replica/${replica}` ||
    instances.some(({ id }) => textOf(params, 'container') === id || textOf(params, 'cgroup').includes(id))
  const kernel = events.filter((event) => event.code === 'kernel.oom-kill' && mine(event))
  const exits = events.filter((event) => event.code === 'container.exit' && event.params.oomKilled === true && mine(event))
  const byEngine = instances.filter(({ oomKilled }) => oomKilled)
  const byCgroup = instances.flatMap(({ cgroup }) => (cgroup && cgroup.oomKills > 0 ? [cgroup] : []))
  if (kernel.length + exits.length + byEngine.length + byCgroup.length === 0) return []
  const [first] = kernel
  const cgroupKills = byCgroup.reduce((sum, { oomKills }) => sum + oomKills, 0)
  const params = {
    replica,
    container: (textOf(first?.params ?? {}, 'container') || (byEngine[0]?.id ?? '')).slice(0, 12),
    process: textOf(first?.params ?? {}, 'process'),
    scope: textOf(first?.params ?? {}, 'scope') || (limitMiB > 0 ? 'cgroup' : 'host'),
    limitMiB,
    anonMiB: Math.max(0, ...kernel.map((event) => numberOf(event.params, 'anonMiB'))),
    times: Math.max(1, kernel.length, exits.length, cgroupKills),
    proofs: [
      ...(kernel.length > 0 ? ['kernel-log'] : []),
      ...(byCgroup.length > 0 ? ['cgroup'] : []),
      ...(byEngine.length + exits.length > 0 ? ['container-engine'] : []),
    ],
  }
  const evidence = [
    ...kernelEvidence(kernel),
    ...byCgroup.map(({ directory, oomKills }) => seen(directory, `oom_kill ${oomKills}`)),
    ...(byEngine.length > 0
      ? [
          seen(
            'the runtime of the instance',
            byEngine.map(({ id }) => `${id.slice(0, 12)}: killed for memory`),
          ),
        ]
      : []),
  ]
  return [found('oom.host-kill', 'CRITICAL', { subject: `replica/${replica}`, params, evidence })]
}

/** Exit code 137 says that it was killed, not why. */
const killedOtherwise = ({ replica }: ReplicaMemoryFacts, events: readonly TimelineEvent[], logRead: boolean): Finding[] => {
  const mine = events.filter(({ subject }) => subject === `replica/${replica}`)
  const exit = mine.findLast(({ code, params }) => code === 'container.exit' && params.exitCode === killed && params.oomKilled === false)
  if (!exit || mine.some(({ code }) => code === 'engine.cuda-oom')) return []
  const params = { replica, exitCode: killed }
  const evidence = [
    { ...seen('the runtime of the instance', `exit code ${killed}, not killed for memory`), atUnixMs: Math.round(exit.atUnixMs) },
  ]
  const ruledOut = logRead ? [notTheCause('oom.no-kernel-kill', { replica }), notTheCause('oom.no-gpu-oom', { replica })] : []
  const confidence = logRead ? ('likely' as const) : ('inferred' as const)
  return [found('oom.killed-otherwise', 'INFO', { subject: `replica/${replica}`, params, evidence, ruledOut, confidence })]
}

/** Kills of what is no replica take memory's shortage out on others; they are told for the host. */
const othersKilled = (events: readonly TimelineEvent[], told: readonly Finding[]): Finding[] => {
  const lines = new Set(told.flatMap(({ evidence }) => evidence.flatMap((piece) => piece.lines)))
  const others = events.filter(({ code, line }) => code === 'kernel.oom-kill' && !lines.has(line))
  return [...Map.groupBy(others, ({ params }) => `${textOf(params, 'process')} ${textOf(params, 'container')}`).values()].flatMap(
    (group) => {
      const [first] = group
      if (!first) return []
      const params = {
        replica: '',
        container: textOf(first.params, 'container').slice(0, 12),
        process: textOf(first.params, 'process'),
        scope: textOf(first.params, 'scope'),
        limitMiB: 0,
        anonMiB: Math.max(...group.map((event) => numberOf(event.params, 'anonMiB'))),
        times: group.length,
        proofs: ['kernel-log'],
      }
      const verdict = params.scope === 'host' ? 'CRITICAL' : 'INFO'
      return [found('oom.host-kill', verdict, { subject: 'host', params, evidence: kernelEvidence(group) })]
    },
  )
}

/** Pure. */
export const judgeHostMemory = ({ replicas, events, logRead }: HostMemoryFacts): CheckOutcome => {
  const kills = replicas.flatMap((replica) => killOf(replica, events))
  const spared = replicas.filter(({ replica }) => !kills.some(({ params }) => params.replica === replica))
  const otherwise = spared.flatMap((replica) => killedOtherwise(replica, events, logRead))
  const unread = logRead
    ? []
    : [
        found('looking.failed', 'UNKNOWN', {
          subject: 'host',
          params: { what: '/dev/kmsg', message: "the kernel's log is not read" },
          evidence: [],
        }),
      ]
  const cgroups = replicas.flatMap(({ replica, instances }) =>
    instances.flatMap(({ cgroup }) => (cgroup ? [`${replica}: oom_kill ${cgroup.oomKills}`] : [])),
  )
  return {
    findings: [...kills, ...othersKilled(events, kills), ...otherwise, ...unread],
    looked: [
      seen('/dev/kmsg', `${events.filter(({ code }) => code === 'kernel.oom-kill').length} kills for want of memory in the window`),
      seen('memory cgroups of running replicas', cgroups.length === 0 ? 'none' : cgroups),
    ],
  }
}

export const replicaMemoryFacts = async (context: CheckContext): Promise<readonly ReplicaMemoryFacts[]> => {
  const instances = await context.instances()
  const limits = new Map((context.spec()?.replicas ?? []).map(({ id, memoryLimitMiB }) => [id, memoryLimitMiB]))
  const ids = new Set([...limits.keys(), ...instances.map(({ identity }) => identity.replicaId)])
  return Promise.all(
    [...ids].map(async (replica) => ({
      replica,
      limitMiB: limits.get(replica) ?? 0,
      instances: await Promise.all(
        instances
          .filter(({ identity }) => identity.replicaId === replica)
          .map(async ({ id, oomKilled, pid }) => ({
            id,
            oomKilled,
            cgroup: pid === undefined ? undefined : await cgroupMemoryOf(context.files, pid),
          })),
      ),
    })),
  )
}

export const hostMemory: Check = {
  id: 'oom.host-memory',
  subject: 'oom',
  deadlineMs: 30_000,
  run: async (context) =>
    judgeHostMemory({ replicas: await replicaMemoryFacts(context), events: context.events(), logRead: context.kernelLog().reading }),
}
