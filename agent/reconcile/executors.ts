import type { Clock } from '../../shared/clock/clock.ts'
import { HostlerError, messageOf } from '../../shared/errors/hostler-error.ts'
import type { ReplicaSpec, RuntimeName } from '../../shared/fleet/replica.ts'
import type { Log } from '../../shared/log/log.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { failureOf, lastLines } from './last-words.ts'
import type { Ledger } from './ledger.ts'
import { afterExit, afterGiveUp, afterLaunch, afterLaunchFailure, afterPull, type RestartPolicy } from './memory.ts'
import type { Executors } from './step.ts'
import type { Watches } from './watches.ts'

export interface ExecutorContext {
  readonly runtimes: ReadonlyMap<RuntimeName, Runtime>
  readonly ledger: Ledger
  readonly watches: Watches
  readonly clock: Clock
  readonly restart: RestartPolicy
  readonly log: Log
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

/** What each kind of step does to the host. A step that throws is planned again after a pause. */
export const createExecutors = (context: ExecutorContext): Executors => {
  const { ledger, watches, clock, restart, log, signal } = context
  return {
    adopt: async ({ spec, instance }) => {
      log.info('instance under care', { replica: spec.id, instance: instance.id, port: instance.identity.port })
      watches.begin(spec, instance)
    },
    pull: async ({ spec }) => {
      log.info('pulling an image', { replica: spec.id, image: spec.image })
      try {
        await runtimeOf(context, spec.runtime).pull(spec.image, throttledPercent(context, spec), signal)
        ledger.update(spec, (memory) => afterPull(memory, '', clock.monotonicMs(), restart))
      } catch (error) {
        if (signal.aborted) return
        log.warn('an image could not be pulled', { replica: spec.id, image: spec.image, error })
        ledger.update(spec, (memory) => afterPull(memory, messageOf(error), clock.monotonicMs(), restart))
      }
    },
    launch: async ({ spec, identity }) => {
      try {
        const instance = await runtimeOf(context, spec.runtime).launch({ spec, identity })
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
      const lines = instance ? await lastLines(runtime, instance, signal) : []
      const failure = failureOf(spec, instance, ledger.of(spec).care?.health, lines)
      log.warn('an engine ended', { replica: spec.id, instance: instanceId, code: failure.code, exitCode: failure.exitCode })
      ledger.update(spec, (memory) => afterExit(memory, instanceId, failure, clock.monotonicMs(), restart))
    },
  }
}
