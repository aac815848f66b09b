/**
 * A small deterministic world around the planner for gangs alone: agents that start members once, engines that serve when all of their attempt are
 * there and die when one is gone, hosts that are cut off. Nothing random happens in here.
 */
import assert from 'node:assert/strict'
import { applyChanges } from '../../../../controller/domain/fleet/apply.ts'
import { planFleet } from '../../../../controller/domain/fleet/plan.ts'
import { membersOf, replicaIdOf } from '../../../../controller/domain/gang/members.ts'
import type { Assignment, FleetState } from '../../../../controller/domain/model.ts'
import type { ReplicaStatus } from '../../../../shared/fleet/replica.ts'
import { deployment, fleet, host, revision, settings, specOf, status } from '../support/fleet.ts'

interface Process {
  readonly id: string
  readonly attempt: number
  readonly size: number
  readonly gpuUuids: readonly string[]
  isAlive: boolean
  /** Counts down once it is told to end. */
  stopsIn: number | undefined
  /** All of its attempt were there once. */
  hasMet: boolean
}

interface Agent {
  readonly hostId: string
  /** How long its processes take to end. */
  readonly stopTicks: number
  isReachable: boolean
  silentForMs: number
  spec: readonly Assignment[]
  readonly processes: Map<string, Process>
}

const tickMs = 1_000
const leaseMs = 4_000
const lostMs = 8_000

export class GangWorld {
  readonly agents: readonly Agent[]
  state: FleetState
  nowMs = 1_000_000

  constructor(gpusOfHosts: readonly number[], gangs: number, hosts: number) {
    const spec = this.spec(hosts)
    const names = gpusOfHosts.map((_, index) => `h${index}`)
    this.state = fleet({
      deployments: [deployment('r1', { replicas: gangs })],
      revisions: [revision(1, spec)],
      hosts: names.map((name, index) => host(name, gpusOfHosts[index] ?? 0)),
    })
    this.agents = names.map((name, index) => ({
      hostId: `host-${name}`,
      stopTicks: index % 3,
      isReachable: true,
      silentForMs: 0,
      spec: [],
      processes: new Map(),
    }))
  }

  spec(hosts: number, env = ''): ReturnType<typeof specOf> {
    return specOf({ name: 'r1', resources: { gpus: hosts }, parallelism: { hosts }, env: { VERSION: env } })
  }

  rollOut(): void {
    const target = this.state.deployments.get('r1')
    const number = (this.state.revisions.get('r1')?.length ?? 0) + 1
    const hosts = this.state.revisions.get('r1')?.[0]?.spec.parallelism.hosts ?? 2
    if (target === undefined) return
    this.state = {
      ...this.state,
      deployments: new Map([['r1', { ...target, targetRevision: number }]]),
      revisions: new Map([['r1', [...(this.state.revisions.get('r1') ?? []), revision(number, this.spec(hosts, String(number)))]]]),
    }
  }

  scale(replicas: number): void {
    const target = this.state.deployments.get('r1')
    if (target !== undefined) this.state = { ...this.state, deployments: new Map([['r1', { ...target, replicas }]]) }
  }

  /** One of the processes of a host ends by itself. */
  crash(which: number, process: number): void {
    const agent = this.agents[which % this.agents.length]
    const alive = [...(agent?.processes.values() ?? [])].filter(({ isAlive }) => isAlive)
    const victim = alive[process % Math.max(1, alive.length)]
    if (victim !== undefined) victim.isAlive = false
  }

  setReachable(which: number, isReachable: boolean): void {
    const agent = this.agents[which % this.agents.length]
    if (agent !== undefined) agent.isReachable = isReachable
  }

  tick(): void {
    this.nowMs += tickMs
    for (const agent of this.agents) {
      agent.silentForMs = agent.isReachable ? 0 : agent.silentForMs + tickMs
      this.#act(agent)
    }
    this.#engines()
    this.#report()
    const before = this.state
    const { changes } = planFleet(before, { nowUnixMs: this.nowMs, settings })
    this.state = applyChanges(before, changes)
    this.#dispatch()
    this.check()
  }

  /** What must hold at any moment. */
  check(): void {
    for (const assignment of this.state.assignments.values()) {
      const members = membersOf(assignment)
      const wanted = this.state.revisions.get('r1')?.find(({ number }) => number === assignment.revision)?.spec.parallelism.hosts
      assert.equal(members.length, wanted, `${assignment.id} is half a gang`)
      assert.equal(new Set(members.map(({ hostId }) => hostId)).size, members.length, `${assignment.id} has two members on one host`)
    }
    const holders = new Map<string, string>()
    for (const { processes } of this.agents) {
      for (const { id, gpuUuids, isAlive } of processes.values()) {
        if (!isAlive) continue
        for (const uuid of gpuUuids) {
          assert.equal(holders.get(uuid), undefined, `${uuid} is held by ${holders.get(uuid)} and ${id}`)
          holders.set(uuid, id)
        }
      }
    }
    const live = [...this.state.assignments.values()].filter(
      ({ stage }) => stage === 'starting' || stage === 'serving' || stage === 'draining',
    )
    const given = live.flatMap((one) => membersOf(one).flatMap(({ gpuUuids }) => gpuUuids))
    assert.equal(new Set(given).size, given.length, 'a GPU was given to two gangs')
    for (const { processes } of this.agents) for (const process of processes.values()) if (process.isAlive) this.#checkAlone(process)
  }

  /** No two attempts of one gang run at once where both hosts are heard: a straggler could be taken for a member. */
  #checkAlone(process: Process): void {
    for (const agent of this.agents) {
      if (!agent.isReachable) continue
      for (const other of agent.processes.values()) {
        if (!other.isAlive || replicaIdOf(other.id) !== replicaIdOf(process.id)) continue
        assert.equal(other.attempt, process.attempt, `${other.id} of attempt ${other.attempt} beside ${process.id} of ${process.attempt}`)
      }
    }
  }

  ready(): number {
    return planFleet(this.state, { nowUnixMs: this.nowMs, settings }).reports.get('r1')?.ready ?? 0
  }

  /** Stops what is not in the spec, then starts what is, each of them once. */
  #act({ hostId, spec, processes, stopTicks }: Agent): void {
    const wanted = new Map(
      spec.flatMap((one) => membersOf(one).flatMap((member) => (member.hostId === hostId ? [[member.id, one] as const] : []))),
    )
    for (const [id, process] of processes) {
      if (process.stopsIn === undefined && wanted.get(id)?.gang?.attempt === process.attempt) continue
      process.stopsIn = (process.stopsIn ?? stopTicks) - 1
      if (process.stopsIn < 0) processes.delete(id)
    }
    for (const [id, one] of wanted) {
      const member = membersOf(one).find((each) => each.id === id)
      const isHeld = [...processes.values()].some(
        ({ isAlive, gpuUuids }) => isAlive && gpuUuids.some((uuid) => member?.gpuUuids.includes(uuid)),
      )
      if (processes.has(id) || isHeld || member === undefined) continue
      const attempt = one.gang?.attempt ?? 0
      processes.set(id, {
        id,
        attempt,
        size: membersOf(one).length,
        gpuUuids: member.gpuUuids,
        isAlive: true,
        stopsIn: undefined,
        hasMet: false,
      })
    }
  }

  #engines(): void {
    const all = this.agents.flatMap(({ processes }) => [...processes.values()])
    for (const process of all) {
      const peers = all.filter(
        ({ id, attempt, isAlive }) => isAlive && attempt === process.attempt && replicaIdOf(id) === replicaIdOf(process.id),
      )
      if (peers.length === process.size) process.hasMet = true
      else if (process.hasMet) process.isAlive = false
    }
  }

  #report(): void {
    const hosts = new Map(this.state.hosts)
    for (const { hostId, isReachable, silentForMs, processes, spec } of this.agents) {
      const view = hosts.get(hostId)
      if (view === undefined) continue
      const presence = isReachable ? 'connected' : silentForMs > lostMs ? 'lost' : silentForMs > leaseMs ? 'silent' : 'connected'
      const told = new Map(view.replicas)
      if (isReachable) {
        told.clear()
        for (const { id, isAlive, hasMet, gpuUuids, stopsIn } of processes.values()) {
          const phase = stopsIn !== undefined ? 'stopping' : !isAlive ? 'failed' : hasMet || replicaIdOf(id) !== id ? 'ready' : 'loading'
          told.set(id, status(id, phase, { gpuUuids }))
        }
        for (const one of spec)
          for (const { id, hostId: on } of membersOf(one)) if (on === hostId && !told.has(id)) told.set(id, waiting(id))
      }
      hosts.set(hostId, { ...view, presence, replicas: told })
    }
    this.state = { ...this.state, hosts }
  }

  #dispatch(): void {
    const inForce = [...this.state.assignments.values()].filter(
      ({ stage, gang }) => (stage === 'starting' || stage === 'serving' || stage === 'draining') && gang?.down === undefined,
    )
    for (const agent of this.agents)
      if (agent.isReachable) agent.spec = inForce.filter((one) => membersOf(one).some(({ hostId }) => hostId === agent.hostId))
  }
}

const waiting = (id: string): ReplicaStatus => status(id, 'pending', { reason: 'GPU_HELD' })
