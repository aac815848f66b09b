/** A model of one host for the planner: instances, GPUs, time, and steps that take time and may fail. It is no engine and no GPU. */

import {
  afterAdopt,
  afterExit,
  afterLaunch,
  afterLaunchFailure,
  afterPull,
  defaultRestartPolicy,
  type Failure,
  freshMemory,
  type ReplicaMemory,
  withHealth,
} from '../../../agent/reconcile/memory.ts'
import { type LaunchFacts, type Plan, plan } from '../../../agent/reconcile/plan.ts'
import { busyWith, type Step } from '../../../agent/reconcile/step.ts'
import type { ResolvedHolder } from '../../../agent/runtime/preflight.ts'
import type { Instance } from '../../../agent/runtime/runtime.ts'
import { specHash } from '../../../agent/runtime/spec-hash.ts'
import type { HostSpec, ReplicaSpec } from '../../../shared/fleet/replica.ts'
import { replicaSpec } from '../runtime/replica-specs.ts'

export const hostId = 'host-a'
export const gpus = ['GPU-0', 'GPU-1', 'GPU-2'] as const

const exited: Failure = { code: 'EXITED', message: 'exited', oomKilled: false, logLines: [] }

export class World {
  nowMs = 0
  spec: HostSpec | undefined
  instances: Instance[] = []
  /** GPU to a process that is not ours. */
  readonly foreign = new Map<string, number>()
  /** GPU to the replica whose process lingers in the driver after its instance is gone. */
  readonly lingering = new Map<string, string>()
  readonly memory = new Map<string, ReplicaMemory>()
  readonly images = new Set<string>()
  readonly underway = new Map<string, Step>()
  runtimeAway = false
  smiFails = false
  launchesFail = false
  pullsFail = false
  readonly log: string[] = []
  #nextId = 1

  /** What must hold after every change; throws what is broken. */
  check(): void {
    const holders = new Map<string, string>()
    for (const { state, identity, id } of this.instances) {
      if (state !== 'running' || identity.hostId !== hostId) continue
      for (const uuid of identity.gpuUuids) {
        const other = holders.get(uuid)
        if (other !== undefined) throw new Error(`two holders of ${uuid}: ${other} and ${id}\n${this.log.join('\n')}`)
        holders.set(uuid, id)
      }
    }
  }

  memoryOf(spec: ReplicaSpec): ReplicaMemory {
    const hash = specHash(spec)
    const entry = this.memory.get(spec.id)
    return entry?.specHash === hash ? entry : freshMemory(hash)
  }

  #facts(spec: ReplicaSpec): LaunchFacts {
    // An engine that was just started does not show on its GPU yet, so running instances are left to the claims.
    const known = new Map<string, readonly ResolvedHolder[]>(
      gpus.map((uuid) => {
        const foreign = this.foreign.get(uuid)
        const former = this.lingering.get(uuid)
        return [
          uuid,
          [
            ...(foreign === undefined ? [] : [{ pid: foreign, name: 'foreign', kind: 'compute' as const, replicaId: '' }]),
            ...(former === undefined ? [] : [{ pid: 1, name: 'engine', kind: 'compute' as const, replicaId: former }]),
          ],
        ]
      }),
    )
    return {
      runtime: {
        name: spec.runtime,
        version: '1',
        problem: '',
        gpuRequests: true,
        memlockUnlimited: true,
        memlockEvidence: '',
        cdiDevices: [],
      },
      artifact: this.images.has(spec.image) ? 'present' : 'absent',
      modelPath: 'none',
      hostMemoryMiB: 1_000_000,
      gpus: this.smiFails ? { kind: 'unknown', reason: 'nvidia-smi hangs' } : { kind: 'known', gpus: known },
    }
  }

  /** `seen` is what the agent last looked at; steps that end after it are not in it. */
  plan(seen: readonly Instance[] = this.instances, busySteps: readonly Step[] = [...this.underway.values()]): Plan {
    const result = plan({
      hostId,
      address: '10.0.0.1',
      nowMs: this.nowMs,
      spec: this.spec,
      instances: seen,
      unreachable: this.runtimeAway ? new Map([['docker', 'the engine does not answer']]) : new Map(),
      memory: this.memory,
      busy: new Map(busySteps.map((step) => [step.replicaId, busyWith(step)])),
      facts: new Map((this.spec?.replicas ?? []).map((replica) => [replica.id, this.#facts(replica)])),
      portsInUse: new Map(),
      portRange: { first: 20_000, last: 20_010 },
      lease: 'held',
    })
    for (const step of result.steps) {
      if (this.underway.has(step.replicaId)) throw new Error(`a second step for ${step.replicaId}`)
      this.underway.set(step.replicaId, step)
      this.log.push(`${this.nowMs} begin ${step.kind} ${step.replicaId}`)
    }
    return result
  }

  /** One step under way ends. */
  finish(replicaId: string): void {
    const step = this.underway.get(replicaId)
    if (!step) return
    this.underway.delete(replicaId)
    this.log.push(`${this.nowMs} end ${step.kind} ${replicaId}`)
    this.#apply(step)
    this.check()
  }

  #apply(step: Step): void {
    if (step.kind === 'launch') this.#launch(step)
    if (step.kind === 'pull') {
      if (!this.pullsFail) this.images.add(step.spec.image)
      this.#remember(step.spec, (memory) => afterPull(memory, this.pullsFail ? 'no route' : '', this.nowMs, defaultRestartPolicy))
    }
    if (step.kind === 'adopt') {
      const { id, identity } = step.instance
      this.#remember(step.spec, (memory) =>
        withHealth(afterAdopt(memory, id, identity.port, this.nowMs), id, { kind: 'ready', message: '' }, this.nowMs),
      )
    }
    if (step.kind === 'stop' || step.kind === 'give-up') this.end(step.instance.id)
    if (step.kind === 'remove') this.instances = this.instances.filter(({ id }) => id !== step.instance.id)
    if (step.kind === 'record-exit')
      this.#remember(step.spec, (memory) => afterExit(memory, step.instanceId, exited, this.nowMs, defaultRestartPolicy))
  }

  #launch(step: Extract<Step, { kind: 'launch' }>): void {
    const { spec, identity } = step
    if (this.launchesFail) {
      this.#remember(spec, (memory) => afterLaunchFailure(memory, exited, this.nowMs, defaultRestartPolicy))
      return
    }
    this.instances = [...this.instances, this.instance(spec, identity)]
    this.#remember(spec, (memory) => afterLaunch(memory, identity.port))
  }

  instance(spec: ReplicaSpec, changes: Partial<Instance['identity']> = {}): Instance {
    const identity = {
      hostId,
      deployment: spec.deployment,
      revision: spec.revision,
      replicaId: spec.id,
      generation: 1,
      address: '10.0.0.1',
      port: 20_000,
      specHash: specHash(spec),
      gpuUuids: spec.gpuUuids,
      stopGraceMs: 1_000,
      ...changes,
    }
    return {
      runtime: 'docker',
      id: `c${this.#nextId++}`,
      identity,
      state: 'running',
      startedUnixMs: this.nowMs,
      oomKilled: false,
      warnings: [],
    }
  }

  #remember(spec: ReplicaSpec, change: (memory: ReplicaMemory) => ReplicaMemory): void {
    const inForce = this.spec?.replicas.find(({ id }) => id === spec.id)
    if (inForce && specHash(inForce) === specHash(spec)) this.memory.set(spec.id, change(this.memoryOf(spec)))
  }

  /** An instance ends, by stop or by itself. */
  end(id: string): void {
    this.instances = this.instances.map((instance) => (instance.id === id ? { ...instance, state: 'exited', exitCode: 1 } : instance))
  }

  setSpec(replicas: readonly ReplicaSpec[]): void {
    this.spec = { generation: (this.spec?.generation ?? 0) + 1, replicas, diagnosisSchedule: '' }
  }

  /** Without faults: plans, lets every step end, and lets time pass, for so many rounds. */
  settle(rounds: number): void {
    for (let round = 0; round < rounds; round++) {
      const { wakeInMs } = this.plan()
      if (this.underway.size === 0) this.nowMs += Math.max(1, wakeInMs)
      for (const id of [...this.underway.keys()]) this.finish(id)
    }
  }
}

export const gpuReplica = (id: string, gpuUuids: readonly string[], content = 0): ReplicaSpec =>
  replicaSpec({ id, runtime: 'docker', image: `image-${content % 2}`, pull: 'missing', gpuUuids, args: [`content-${content}`] })
