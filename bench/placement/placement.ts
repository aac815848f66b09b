import { FleetDraft } from '../../controller/domain/fleet/draft.ts'
import { planFleet } from '../../controller/domain/fleet/plan.ts'
import { findPlace } from '../../controller/domain/rollout/create.ts'
import type { Bench, BenchResult, BenchRun } from '../bench.ts'
import { median, spread } from '../measure/statistics.ts'
import { cpuMsOf } from './cpu.ts'
import { fleetOf, gpusPerHost, settings } from './fleets.ts'
import { type PreemptionCost, preemptionCost, waitingDeployments } from './preemption.ts'

const manyHosts = 5_000
const manyReplicas = 10_000
const gangHosts = 500

/** One pass of the whole planner that places them all. */
const placeMany = (): number => {
  const state = fleetOf(
    manyHosts,
    Array.from({ length: 10 }, () => ({ replicas: manyReplicas / 10, resources: { gpus: 1 } })),
  )
  let placed = 0
  const ms = cpuMsOf(() => {
    placed = planFleet(state, settings).changes.filter(({ kind }) => kind === 'putAssignment').length
  })
  if (placed !== manyReplicas) throw new Error(`one pass placed ${placed} of ${manyReplicas} replicas`)
  return ms
}

/** One gang of sixteen GPUs over two hosts, all hosts looked at: what each has left is worked out as well. */
const placeGang = (): number => {
  const state = fleetOf(gangHosts, [{ replicas: 1, resources: { gpus: 16 }, parallelism: { hosts: 2 } }])
  const found = state.revisions.get('model-0')?.[0]
  if (!found) throw new Error('the fleet has no revision')
  let members = 0
  const ms = cpuMsOf(() => {
    const placement = findPlace(new FleetDraft(state, settings.nowUnixMs, settings.settings), found)
    members = placement.placed ? 1 + placement.workers.length : 0
  })
  if (members !== 2) throw new Error(`the gang got ${members} of 2 hosts`)
  return ms
}

/** A pass in which nothing has happened, by hosts: everything is placed and nobody has said anything since. */
const idlePass = (hosts: number): number => {
  const state = fleetOf(
    hosts,
    Array.from({ length: gpusPerHost }, () => ({ replicas: hosts, resources: { gpus: 1 } })),
  )
  const assignments = new Map(
    planFleet(state, settings).changes.flatMap((change) =>
      change.kind === 'putAssignment' ? [[change.assignment.id, change.assignment] as const] : [],
    ),
  )
  const placed = { ...state, assignments }
  return cpuMsOf(() => planFleet(placed, settings))
}

const measure = async (run: BenchRun): Promise<BenchResult> => {
  const rounds = run.rounds ?? 7
  const idleSizes = [100, 1_000, 5_000]
  const many: number[] = []
  const gang: number[] = []
  const single: PreemptionCost[] = []
  const gangs: PreemptionCost[] = []
  const idle = new Map(idleSizes.map((hosts) => [hosts, [] as number[]]))
  // The first rounds are those of a process that has just started: not what a controller of some days needs.
  for (let round = -3; round < rounds; round++) {
    run.signal.throwIfAborted()
    const figures = { many: placeMany(), gang: placeGang(), idle: idleSizes.map((hosts) => [hosts, idlePass(hosts)] as const) }
    run.say(`round ${round + 1}: ${manyReplicas} replicas in ${figures.many.toFixed(0)} ms of CPU, a gang in ${figures.gang.toFixed(1)} ms`)
    await new Promise((resolve) => setImmediate(resolve))
    if (round < 0) continue
    many.push(figures.many)
    gang.push(figures.gang)
    single.push(preemptionCost(manyHosts, { resources: { gpus: 4 } }))
    gangs.push(preemptionCost(manyHosts, { resources: { gpus: 16 }, parallelism: { hosts: 2 } }))
    for (const [hosts, ms] of figures.idle) idle.get(hosts)?.push(ms)
  }
  const perSecond = many.map((ms) => (manyReplicas / ms) * 1_000)
  return {
    title: 'placement: what deciding costs',
    figures: {
      placementsPerSecond: median(perSecond),
      gangTp16Ms: median(gang),
      preemptionDecideMs: median(single.map(({ decideMs }) => decideMs)),
      preemptionWaitMs: median(single.map(({ waitMs }) => waitMs)),
      preemptionGangsDecideMs: median(gangs.map(({ decideMs }) => decideMs)),
      preemptionGangsWaitMs: median(gangs.map(({ waitMs }) => waitMs)),
      ...Object.fromEntries(idleSizes.map((hosts) => [`idlePassMsAt${hosts}Hosts`, median(idle.get(hosts) ?? [])])),
    },
    tables: [
      {
        columns: ['what', 'CPU ms', 'a second'],
        rows: [
          [`${manyReplicas} replicas on ${manyHosts} hosts x ${gpusPerHost}, one pass`, spread(many, 0), spread(perSecond, 0)],
          [
            `a gang of 16 GPUs on two of ${gangHosts} hosts x ${gpusPerHost}`,
            spread(gang, 2),
            spread(
              gang.map((ms) => 1_000 / ms),
              0,
            ),
          ],
          ...[
            { what: 'replicas of 4 GPUs', costs: single },
            { what: 'gangs of 16 GPUs', costs: gangs },
          ].flatMap(({ what, costs }) => [
            [
              `the pass that takes places for ${waitingDeployments} ${what} on ${manyHosts} full hosts`,
              spread(
                costs.map(({ decideMs }) => decideMs),
                0,
              ),
              '',
            ],
            [
              'each pass after it, while who gives way drains',
              spread(
                costs.map(({ waitMs }) => waitMs),
                0,
              ),
              '',
            ],
          ]),
          ...idleSizes.map((hosts) => [
            `a pass without news, ${hosts} hosts, ${hosts * gpusPerHost} replicas`,
            spread(idle.get(hosts) ?? [], 1),
            '',
          ]),
        ],
      },
    ],
    notes: [
      'the planner alone, warm, in CPU time of one thread: every host is scored exactly; no store, no network',
      'published by others, with what a whole scheduler does besides: Nomad about 1,500 placements a second on 6,100 hosts, kube-scheduler 180 with extended resources on 5,000 nodes',
    ],
  }
}

export const placementBench: Bench = {
  name: 'placement',
  summary: 'CPU of placing 10,000 replicas on 5,000 hosts, one gang on 500, of preemption by 100 deployments, and of a pass without news',
  parts: [],
  measure,
}
