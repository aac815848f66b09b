import { planFleet } from '../../controller/domain/fleet/plan.ts'
import { defaultPlanSettings } from '../../controller/domain/fleet/settings.ts'
import { World } from '../../test/controller/domain/support/world.ts'
import type { Bench, BenchResult, BenchRun } from '../bench.ts'
import { median, spread } from '../measure/statistics.ts'

const sizes = [100, 500] as const
const gpusPerHost = 8
const deployments = 8
/** Simulated seconds until every replica serves. */
const settleTicks = 60

interface Pass {
  readonly placementMs: number
  readonly placements: number
  readonly steadyMs: number
}

const cpuMsOf = (work: () => void): number => {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

const deployedWorld = (hosts: number): World => {
  const world = new World({ gpusOfHosts: Array.from({ length: hosts }, () => gpusPerHost), gateways: 1 })
  // Hosts are heard of before anything is placed on them.
  world.tick()
  world.tick()
  for (let number = 0; number < deployments; number++) {
    world.deploy(`model-${number}`, 'good', (hosts * gpusPerHost) / deployments, { resources: { gpus: 1 } })
  }
  return world
}

/** One pass that places a replica on every GPU of the fleet at once, and one in which nothing has happened. */
const measurePass = (hosts: number): Pass => {
  const world = deployedWorld(hosts)
  let placements = 0
  const placementMs = cpuMsOf(() => {
    const { changes } = planFleet(world.state, { nowUnixMs: world.nowMs, settings: defaultPlanSettings })
    placements = changes.filter(({ kind }) => kind === 'putAssignment').length
  })
  if (placements !== hosts * gpusPerHost) throw new Error(`one pass placed ${placements} of ${hosts * gpusPerHost} replicas`)
  for (let tick = 0; tick < settleTicks; tick++) world.tick()
  const serving = [...world.state.assignments.values()].filter(({ stage }) => stage === 'serving').length
  if (serving !== hosts * gpusPerHost)
    throw new Error(`${serving} of ${hosts * gpusPerHost} replicas serve after ${settleTicks} simulated seconds`)
  let changes = 0
  const steadyMs = cpuMsOf(() => {
    for (let pass = 0; pass < 10; pass++) {
      changes += planFleet(world.state, { nowUnixMs: world.nowMs, settings: defaultPlanSettings }).changes.length
    }
  })
  if (changes > 0) throw new Error(`a pass in which nothing has happened made ${changes} changes`)
  return { placementMs, placements, steadyMs: steadyMs / 10 }
}

const measure = async (run: BenchRun): Promise<BenchResult> => {
  const rounds = run.rounds ?? 5
  const results = new Map<number, Pass[]>()
  measurePass(sizes[0])
  for (const hosts of sizes) {
    const passes: Pass[] = []
    for (let round = 0; round < rounds; round++) {
      run.signal.throwIfAborted()
      passes.push(measurePass(hosts))
      run.say(
        `${hosts} hosts, round ${round + 1}: ${passes.at(-1)?.placementMs.toFixed(0)} ms of CPU for ${passes.at(-1)?.placements} placements`,
      )
      // Lets a signal in.
      await new Promise((resolve) => setImmediate(resolve))
    }
    results.set(hosts, passes)
  }
  const rateOf = ({ placements, placementMs }: Pass) => (placements / placementMs) * 1000
  const figures = [...results].flatMap(([hosts, passes]) => [
    [`placementsPerCpuSecondAt${hosts}Hosts`, median(passes.map(rateOf))] as const,
    [`placementPassCpuMsAt${hosts}Hosts`, median(passes.map(({ placementMs }) => placementMs))] as const,
    [`steadyPassCpuMsAt${hosts}Hosts`, median(passes.map(({ steadyMs }) => steadyMs))] as const,
  ])
  return {
    title: 'control-loop: what deciding costs',
    figures: Object.fromEntries(figures),
    tables: [
      {
        columns: ['hosts', 'placed in one pass', 'that pass, CPU ms', 'a pass without news, CPU ms'],
        rows: [...results].map(([hosts, passes]) => [
          String(hosts),
          String(passes[0]?.placements ?? 0),
          spread(passes.map(({ placementMs }) => placementMs)),
          spread(
            passes.map(({ steadyMs }) => steadyMs),
            2,
          ),
        ]),
      },
    ],
    notes: [
      `the planner alone, on simulated hosts of ${gpusPerHost} GPUs: no store, no network; ${deployments} deployments that fill every GPU`,
      'peers cannot run beside it; published: Nomad about 1,500 placements a second on 6,100 hosts, kube-scheduler 180 with extended resources on 5,000 nodes',
    ],
  }
}

export const controlLoopBench: Bench = {
  name: 'control-loop',
  summary: 'CPU of one planning pass on 100 and 500 hosts',
  parts: [],
  measure,
}
