import type { GpuHolders } from '../../../agent/runtime/gpu-holders.ts'
import type { Instance, Runtime, RuntimeEvent, RuntimeFacts } from '../../../agent/runtime/runtime.ts'
import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import type { Process } from '../world/process.ts'
import { instanceOf } from './engine.ts'
import type { Host } from './host.ts'

const away = (): HostlerError => new HostlerError('RUNTIME_UNAVAILABLE', 'the container engine does not answer')

/** The container engine of a host as an agent reaches it. What was asked of it is done, whether or not the agent lives to hear. */
/** @param onStep told when a launch, stop or removal begins */
export const simulatedRuntime = (host: Host, process: Process, onStep: () => void): Runtime => {
  const { random } = host
  const ask = <T>(goMs: number, comeMs: number, effect: () => T): Promise<T> =>
    process.call(random.latency(goMs) + host.engineDelayMs, random.latency(comeMs), () => {
      if (host.engineAway) throw away()
      return effect()
    })
  const engineOf = ({ id }: Instance) => host.engines.get(id)
  return {
    name: 'docker',
    info: async (): Promise<RuntimeFacts> => ({
      name: 'docker',
      version: '27',
      problem: host.engineAway ? 'the container engine does not answer' : '',
      gpuRequests: true,
      memlockUnlimited: true,
      cdiDevices: [],
      memlockEvidence: '',
      ...(host.disk.full ? { imageDiskFreeMiB: 100 } : {}),
    }),
    list: () => ask(1, 2, () => [...host.engines.values()].filter(({ removed }) => !removed).map(instanceOf)),
    hasArtifact: ({ image }) => ask(1, 1, () => host.images.has(image)),
    pull: async (image, onPercent, signal) => {
      const totalMs = random.latency(host.pullMs)
      const cancelled = new Promise<never>((_, reject) =>
        signal.addEventListener('abort', () => reject(new HostlerError('DEADLINE_EXCEEDED', 'the pull was cancelled')), { once: true }),
      )
      cancelled.catch(() => {})
      for (const percent of [30, 60, 90]) {
        const part = process.call(totalMs / 3, 0, () => {
          if (host.engineAway) throw away()
          if (host.registryAway)
            throw new HostlerError('IMAGE_MISSING', `the image ${image} cannot be pulled: the registry does not answer`)
          if (host.disk.full) throw new HostlerError('IMAGE_MISSING', `the image ${image} cannot be pulled: no space left on device`)
        })
        await Promise.race([part, cancelled])
        onPercent(percent)
      }
      await ask(1, 1, () => host.images.add(image))
    },
    launch: async ({ spec, identity }) => {
      onStep()
      const engine = await ask(8, 2, () => {
        if (!host.images.has(spec.image)) throw new HostlerError('IMAGE_MISSING', `the image ${spec.image} is not on this host`)
        return host.create(spec, identity)
      })
      return ask(15, 2, () => {
        if (identity.gpuUuids.some((uuid) => host.missingGpus.has(uuid))) {
          host.remove(engine)
          throw new HostlerError('LAUNCH_FAILED', 'could not select device driver: unknown device')
        }
        host.start(engine)
        return instanceOf(engine)
      })
    },
    stop: async (instance, graceMs) => {
      onStep()
      const asked = engineOf(instance)
      // Judged by what is known now: a slow container engine may do it when it is wanted again, and nobody could know that.
      if (asked?.state === 'running' && !asked.stopping) host.stopAsked(asked)
      const { promise, resolve } = Promise.withResolvers<void>()
      await ask(2, 0, () => {
        const engine = engineOf(instance)
        if (engine) host.stop(engine, graceMs / host.clock.rate, () => void process.call(0, random.latency(2), resolve))
        else resolve()
      })
      await promise
    },
    remove: (instance) =>
      ask(3, 2, () => {
        const engine = engineOf(instance)
        if (engine) host.remove(engine)
      }),
    async *logs(instance) {
      const text = await ask(1, 2, () => engineOf(instance)?.log.join('\n') ?? '')
      if (text !== '') yield Buffer.from(text)
    },
    async *events(signal): AsyncGenerator<RuntimeEvent> {
      yield { kind: 'resync', instanceId: '' }
      let wake = () => {}
      const off = host.onEnd(() => void process.call(0, random.latency(2), () => wake()))
      signal.addEventListener('abort', () => wake(), { once: true })
      try {
        while (!signal.aborted) {
          await new Promise<void>((resolve) => {
            wake = resolve
          })
          if (!signal.aborted) yield { kind: 'exited', instanceId: '' }
        }
      } finally {
        off()
      }
    },
  }
}

/** nvidia-smi of a host. */
export const simulatedHolders = (host: Host, process: Process): GpuHolders => ({
  holders: (signal) => {
    if (host.nvidiaSmi === 'hangs') {
      const { promise, reject } = Promise.withResolvers<never>()
      signal.addEventListener('abort', () => reject(new Error('nvidia-smi took too long')), { once: true })
      return promise
    }
    return process.call(host.random.latency(30), host.random.latency(30) + host.nvidiaSmiDelayMs, () => {
      if (host.nvidiaSmi === 'fails') throw new Error('nvidia-smi failed: Unable to determine the device handle')
      const holders = new Map(host.gpus.map(({ uuid }) => [uuid, [] as { pid: number; name: string }[]]))
      for (const engine of host.engines.values())
        if (engine.shown) for (const uuid of engine.identity.gpuUuids) holders.get(uuid)?.push({ pid: engine.pid, name: 'engine' })
      for (const [uuid, pid] of host.foreign) holders.get(uuid)?.push({ pid, name: 'notebook' })
      return { kind: 'known', gpus: holders } as const
    })
  },
})
