import type { Clock } from '../../shared/clock/clock.ts'
import { HostlerError, messageOf } from '../../shared/errors/hostler-error.ts'
import type { ReplicaSpec, RuntimeName } from '../../shared/fleet/replica.ts'
import { within } from '../../shared/lifecycle/deadline.ts'
import type { Log } from '../../shared/log/log.ts'
import type { OomReport } from '../diagnose/engine-log/report.ts'
import type { GpuHolders } from '../runtime/gpu-holders.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { type EngineExit, readExit } from './engine-exit.ts'
import { failureOf, lastLines, tailOf } from './last-words.ts'
import type { Ledger } from './ledger.ts'
import type { Machine } from './machine.ts'
import {
  afterExit,
  afterGiveUp,
  afterLaunch,
  afterLaunchFailure,
  afterOomExit,
  afterPull,
  type Failure,
  type RestartPolicy,
  withHolding,
} from './memory.ts'
import { decide, type OomDecision } from './oom/decide.ts'
import { foreignHolders } from './oom/foreign-holders.ts'
import { adjustedSpec } from './oom/memory.ts'
import { oomMessage } from './oom/words.ts'
import type { Executors } from './step.ts'
import type { Watches } from './watches.ts'

export interface ExecutorContext {
  readonly runtimes: ReadonlyMap<RuntimeName, Runtime>
  readonly ledger: Ledger
  readonly watches: Watches
  readonly clock: Clock
  readonly machine: Machine
  readonly restart: RestartPolicy
  readonly log: Log
  readonly holders: GpuHolders
  readonly onExit: (exit: EngineExit) => void
  /** Ends pulls and readings; launches and stops that have begun are brought to their end. */
  readonly signal: AbortSignal
}

/** A percentage at most so often: each is a status that travels to the controller. */
const progressEveryMs = 1_000

/** Failures that say nothing about the replica: the host changes, and the launch is tried again without counting as a crash. */
const notItsFault = new Set(['RUNTIME_UNAVAILABLE', 'IMAGE_MISSING', 'MEMLOCK_UNAVAILABLE', 'COMMAND_MISSING'])

const runtimeOf = (context: ExecutorContext, name: RuntimeName): Runtime => {
  const runtime = context.runtimes.get(name)
  if (!runtime) throw new HostlerError('RUNTIME_UNAVAILABLE', `This agent has no runtime ${name}`)
  return runtime
}

const throttledPercent = (context: ExecutorContext, spec: ReplicaSpec) => {
  let toldMs = Number.NEGATIVE_INFINITY
  return (percent: number): void => {
    const nowMs = context.clock.monotonicMs()
    if (nowMs - toldMs < progressEveryMs || context.ledger.of(spec).pullPercent === percent) return
    toldMs = nowMs
    context.ledger.update(spec, (memory) => ({ ...memory, pullPercent: percent }))
  }
}

const holdersTimeoutMs = 15_000

const decideOom = async (context: ExecutorContext, spec: ReplicaSpec, report: OomReport, wasReady: boolean): Promise<OomDecision> => {
  const { ledger, clock, machine, holders, restart, signal } = context
  const gpuUuids = report.gpuUuid === '' ? spec.gpuUuids : [report.gpuUuid]
  const foreign = await foreignHolders(holders, gpuUuids, report.figures, machine, within(holdersTimeoutMs, signal, machine.timers))
  const memory = withHolding(ledger.of(spec), clock.monotonicMs(), restart).oom
  return decide({ spec, report, foreign, memory, wasReady, nowUnixMs: clock.unixMs() })
}

/** What each kind of step does to the host. A step that throws is planned again after a pause. */
export const createExecutors = (context: ExecutorContext): Executors => {
  const { ledger, watches, clock, machine, restart, log, signal } = context
  return {
    adopt: async ({ spec, instance }) => {
      log.info('instance under care', { replica: spec.id, instance: instance.id, port: instance.identity.port })
      watches.begin(spec, instance)
    },
    pull: async ({ spec }, cancelled) => {
      log.info('pulling an image', { replica: spec.id, image: spec.image })
      try {
        await runtimeOf(context, spec.runtime).pull(spec.image, throttledPercent(context, spec), cancelled)
        ledger.update(spec, (memory) => afterPull(memory, '', clock.monotonicMs(), restart))
      } catch (error) {
        if (cancelled.aborted) return
        log.warn('an image could not be pulled', { replica: spec.id, image: spec.image, error })
        ledger.update(spec, (memory) => afterPull(memory, messageOf(error), clock.monotonicMs(), restart))
      }
    },
    launch: async ({ spec, identity }) => {
      try {
        const adjusted = adjustedSpec(spec, ledger.of(spec).oom)
        const instance = await runtimeOf(context, spec.runtime).launch({ spec: adjusted, identity })
        log.info('engine launched', { replica: spec.id, instance: instance.id, port: identity.port, gpus: spec.gpuUuids })
        ledger.update(spec, (memory) => afterLaunch(memory, identity.port))
      } catch (error) {
        if (error instanceof HostlerError && notItsFault.has(error.code)) throw error
        log.warn('an engine could not be launched', { replica: spec.id, error })
        const code = error instanceof HostlerError ? error.code : 'LAUNCH_FAILED'
        const failure = { code, message: messageOf(error), oomKilled: false, logLines: [] }
        ledger.update(spec, (memory) => afterLaunchFailure(memory, failure, clock.monotonicMs(), restart))
      }
    },
    stop: async ({ replicaId, instance, graceMs }) => {
      log.info('stopping an engine', { replica: replicaId, instance: instance.id, graceMs })
      watches.end(replicaId)
      await runtimeOf(context, instance.runtime).stop(instance, graceMs)
    },
    'give-up': async ({ spec, instance }) => {
      log.warn('an engine is given up', { replica: spec.id, instance: instance.id })
      ledger.update(spec, afterGiveUp)
      watches.end(spec.id)
      await runtimeOf(context, instance.runtime).stop(instance, spec.stopGraceMs)
    },
    remove: async ({ replicaId, instance }) => {
      log.info('removing an ended instance', { replica: replicaId, instance: instance.id })
      watches.end(replicaId)
      await runtimeOf(context, instance.runtime).remove(instance)
    },
    'record-exit': async ({ spec, instance, instanceId }) => {
      watches.end(spec.id)
      const runtime = runtimeOf(context, spec.runtime)
      // Workers that outlived their parent would hold the GPU against its successor.
      if (instance) await runtime.stop(instance, 0)
      const tail = instance ? await tailOf(runtime, instance, machine.timers, signal) : []
      const { care, readyId } = ledger.of(spec)
      const wasReady = care?.readySinceMs !== undefined || readyId === instanceId
      const found = failureOf(spec, instance, care?.health, lastLines(tail))
      const reading = readExit(spec, tail, wasReady)
      // A server that ends with 0 was told to, by others than this agent; the kernel's own kill is another want of memory.
      const asked = instance?.exitCode === 0 && care?.health.kind !== 'condemned'
      const oom = found.oomKilled || asked ? undefined : reading.oom
      const decision = oom && (await decideOom(context, spec, oom, wasReady))
      const failure: Failure = oom && decision ? { ...found, code: 'CUDA_OOM', message: oomMessage(spec, oom, decision) } : found
      log.warn('an engine ended', { replica: spec.id, instance: instanceId, code: failure.code, exitCode: failure.exitCode })
      ledger.update(spec, (memory) => {
        const nowMs = clock.monotonicMs()
        const after = afterExit(withHolding(memory, nowMs, restart), instanceId, failure, nowMs, restart)
        if (!decision) return after
        return afterOomExit(after, decision.memory, { changed: decision.taken.length > 0, giveUp: decision.giveUp }, nowMs)
      })
      const taken = decision?.taken ?? []
      if (taken.length > 0) log.warn('an engine is started with less after an OOM', { replica: spec.id, changes: taken })
      context.onExit({ spec, instanceId, atUnixMs: clock.unixMs(), failure, reading, lines: tail, taken })
    },
  }
}
