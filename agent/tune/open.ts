import type { Clock } from '../../shared/clock/clock.ts'
import type { AgentSettings } from '../../shared/config/agent-settings.ts'
import type { Environment } from '../../shared/config/environment.ts'
import type { Answerers } from '../../shared/fleet/ask.ts'
import type { HostSpec } from '../../shared/fleet/replica.ts'
import type { Log } from '../../shared/log/log.ts'
import type { TuneAnswer } from '../../shared/tuning/answer.ts'
import type { NvidiaSmi } from '../observe/nvidia-smi.ts'
import type { Instance, Runtime } from '../runtime/runtime.ts'
import type { Drift } from './drift.ts'
import { readEngineFacts } from './engine-facts.ts'
import { placesAt } from './places.ts'
import { createTunedHost } from './tuned-host.ts'
import { Tuner } from './tuner.ts'

export interface TuneOptions {
  readonly settings: AgentSettings
  readonly environment: Environment
  readonly nvidiaSmi: Pick<NvidiaSmi, 'report'>
  readonly runtimes: readonly Runtime[]
  readonly instances: () => Promise<readonly Instance[]>
  readonly onDrift: (drift: Drift) => void
  readonly clock: Clock
  readonly log: Log
}

export interface TuneRoom extends AsyncDisposable {
  readonly tuner: Tuner
  readonly answerers: Pick<Answerers, 'tune'>
  /** To be called with the spec on disk at the start, and with each new one. */
  follow(spec: HostSpec): void
  /** How the host differs from its profile; undefined without one. */
  compare(signal: AbortSignal): Promise<TuneAnswer | undefined>
}

const root = ''
const noMemlock = { grantable: false, evidence: 'no container engine answers' }

/** Opens what tunes this host. An interrupted transaction is ended first; apart from that nothing is touched until a profile is wanted. */
export const openTuner = async (options: TuneOptions): Promise<TuneRoom> => {
  const { settings, environment, nvidiaSmi, runtimes, instances, onDrift, clock, log } = options
  const engine = async () => {
    const facts = await runtimes.find(({ name }) => name === 'docker')?.info()
    const memlock =
      facts === undefined || facts.problem !== '' ? noMemlock : { grantable: facts.memlockUnlimited, evidence: facts.memlockEvidence }
    return readEngineFacts(root, memlock)
  }
  const host = await createTunedHost({
    places: placesAt(root),
    environment,
    nvidiaSmi: settings.nvidiaSmi.path,
    gpuReport: () => nvidiaSmi.report(),
    engine,
    modelPath: settings.modelDir,
    containers: async () =>
      (await instances()).flatMap(({ runtime, state, pid, identity }) =>
        runtime === 'docker' && state === 'running' && pid !== undefined ? [{ replicaId: identity.replicaId, pid }] : [],
      ),
  })
  const tuner = await Tuner.open({ stateDir: settings.dataDir, host, clock, log, onDrift })
  return {
    tuner,
    answerers: {
      async *tune({ action, profile }, signal) {
        yield Buffer.from(JSON.stringify(await tuner.answer(action, profile, signal)))
      },
    },
    follow: ({ tuning }) => tuner.setProfile(tuning),
    compare: async (signal) => (tuner.status().state === 'none' ? undefined : tuner.answer('status', undefined, signal)),
    [Symbol.asyncDispose]: () => tuner[Symbol.asyncDispose](),
  }
}
