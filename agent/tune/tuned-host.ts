import type { GpuReport } from '../observe/nvidia-smi.ts'
import type { Environment } from '../observe/run-bounded.ts'
import { governorAccess } from './live/governor.ts'
import { hugePagesAccess } from './live/huge-pages.ts'
import type { LiveAccesses } from './live/live.ts'
import { nicRingAccess } from './live/nic-ring.ts'
import { persistenceAccess } from './live/persistence.ts'
import { sysctlAccess } from './live/sysctl.ts'
import type { TunedHost } from './look.ts'
import { type EngineFacts, engineLimitObserver } from './observers/engine-limit.ts'
import { filesystemObserver } from './observers/filesystem.ts'
import { liveOnlyObserver } from './observers/live-only.ts'
import { nicCheckObserver } from './observers/nic-check.ts'
import { sysctlObserver } from './observers/sysctl.ts'
import type { Places } from './places.ts'
import { surroundingsOf, type TunedContainer } from './surroundings.ts'
import { tunedOwners } from './tuned-daemon.ts'

export interface TunedHostOptions {
  /** placesAt('') on a host. */
  readonly places: Places
  readonly environment: Environment
  /** The path of nvidia-smi, or its name. */
  readonly nvidiaSmi: string
  readonly gpuReport: () => Promise<GpuReport>
  readonly engine: () => Promise<EngineFacts>
  readonly modelPath: string
  /** Running replicas and their first processes. */
  readonly containers: () => readonly TunedContainer[] | Promise<readonly TunedContainer[]>
}

/** Puts together what looks at a host and what changes it. */
export const createTunedHost = async (options: TunedHostOptions): Promise<TunedHost> => {
  const { places, environment, nvidiaSmi, gpuReport, engine, modelPath, containers } = options
  const accesses: LiveAccesses = {
    sysctl: sysctlAccess(places),
    'transparent-huge-pages': hugePagesAccess(places),
    'cpu-governor': governorAccess(places),
    'nvidia-persistence': persistenceAccess(gpuReport, { program: nvidiaSmi, environment }),
    'nic-ring': nicRingAccess(places, { environment }),
  }
  const owners = () => tunedOwners(places)
  return {
    places,
    accesses,
    engineUnit: (await engine()).unit,
    observers: {
      sysctl: sysctlObserver({
        places,
        access: accesses.sysctl,
        owners,
        surroundings: surroundingsOf({ places, environment, containers }),
      }),
      'transparent-huge-pages': liveOnlyObserver(accesses['transparent-huge-pages'], owners),
      'cpu-governor': liveOnlyObserver(accesses['cpu-governor'], owners),
      'nvidia-persistence': liveOnlyObserver(accesses['nvidia-persistence'], owners),
      'nic-ring': liveOnlyObserver(accesses['nic-ring'], owners),
      'engine-limit': engineLimitObserver(places, engine),
      'nic-check': nicCheckObserver(places, { environment }),
      filesystem: filesystemObserver(modelPath),
    },
  }
}
