import type { ErrorCode } from '../../shared/errors/catalogue.ts'
import type { Finding, ReplicaSpec, Severity } from '../../shared/fleet/replica.ts'
import { memlockConsequence, memlockRemedy } from './memlock.ts'
import type { RuntimeFacts } from './runtime.ts'

/** A holder of a GPU, told apart by what Hostler knows of its processes. */
export interface ResolvedHolder {
  readonly pid: number
  readonly name: string
  readonly kind: 'compute' | 'graphics'
  /** The replica it belongs, or belonged, to; empty: it is not ours. */
  readonly replicaId: string
}

export type GpuFacts =
  | { readonly kind: 'known'; readonly gpus: ReadonlyMap<string, readonly ResolvedHolder[]> }
  | { readonly kind: 'unknown'; readonly reason: string }

/** What was gathered for one replica that is to be launched. */
export interface PreflightFacts {
  readonly runtime: RuntimeFacts
  /** Of the image, or for exec the program. */
  readonly artifact: 'present' | 'absent' | 'unknown'
  /** Why the last pull of this content failed; empty: it did not. */
  readonly pullError: string
  readonly modelPath: 'present' | 'missing' | 'unreadable' | 'none'
  /** Who listens on ports that it must have; an empty holder cannot be told. */
  readonly portHolders: readonly { readonly port: number; readonly holder: string }[]
  /** No port of the range is free. */
  readonly portsExhausted: boolean
  readonly hostMemoryMiB: number
  readonly gpus: GpuFacts
  /** GPU to replica: what other instances of ours hold or are about to. */
  readonly claims: ReadonlyMap<string, string>
}

const finding = (severity: Severity, code: ErrorCode, message: string, remedy: string): Finding => ({ severity, code, message, remedy })

type Check = (spec: ReplicaSpec, facts: PreflightFacts) => readonly Finding[]

const checkRuntime: Check = (_, { runtime }) =>
  runtime.problem === ''
    ? []
    : [
        finding(
          'error',
          'RUNTIME_UNAVAILABLE',
          runtime.problem,
          "Start the container engine, or name its socket in the agent's configuration",
        ),
      ]

const checkProgram: Check = (spec, { artifact }) => {
  if (spec.runtime !== 'exec' || artifact !== 'absent') return []
  const program = spec.command[0] ?? '(no command given)'
  return [
    finding(
      'error',
      'COMMAND_MISSING',
      `The program ${program} is not on this host.`,
      'Install it, give its absolute path as command, or use runtime: docker',
    ),
  ]
}

const checkImage: Check = (spec, { artifact, pullError }) => {
  if (spec.runtime !== 'docker') return []
  if (pullError !== '')
    return [
      finding(
        'error',
        'IMAGE_MISSING',
        pullError,
        `Check the name and the registry's reachability from this host, or load the image by hand (docker load) and set pull: missing`,
      ),
    ]
  if (artifact === 'absent' && spec.pull === 'never')
    return [
      finding(
        'error',
        'IMAGE_MISSING',
        `The image ${spec.image} is not on this host, and pull is never.`,
        'Load it (docker load -i FILE), or set pull: missing',
      ),
    ]
  return []
}

const lowDiskMiB = { warning: 16 * 1024, error: 512 } as const

const checkDisk: Check = (spec, { artifact, runtime }) => {
  const free = runtime.imageDiskFreeMiB
  if (spec.runtime !== 'docker' || artifact !== 'absent' || spec.pull === 'never') return []
  if (free === undefined || free >= lowDiskMiB.warning) return []
  const severity = free < lowDiskMiB.error ? 'error' : 'warning'
  return [
    finding(
      severity,
      'DISK_FULL',
      `Only ${free} MiB are free where images are kept; inference images often take 10 to 20 GiB.`,
      'Remove unused images (docker image prune -a) or move the data directory to a larger disk',
    ),
  ]
}

const checkModel: Check = (spec, { modelPath }) => {
  if (modelPath === 'missing')
    return [
      finding(
        'error',
        'MODEL_PATH_MISSING',
        `The model path ${spec.modelPath} does not exist on this host.`,
        'Mount or copy the weights there, or correct model.path',
      ),
    ]
  if (modelPath === 'unreadable')
    return [
      finding(
        'error',
        'MODEL_PATH_MISSING',
        `The model path ${spec.modelPath} cannot be read.`,
        'Check its permissions and whether its filesystem answers (a stale NFS mount hangs)',
      ),
    ]
  return []
}

const checkMemlock: Check = (spec, { runtime }) => {
  if (spec.memlock === 'off' || runtime.memlockUnlimited || runtime.problem !== '') return []
  const seen = `An unlimited memlock limit cannot be granted: ${runtime.memlockEvidence}.`
  return spec.memlock === 'require'
    ? [finding('error', 'MEMLOCK_UNAVAILABLE', `${seen} The spec requires it.`, memlockRemedy)]
    : [finding('warning', 'MEMLOCK_UNAVAILABLE', `${seen} It is launched without: ${memlockConsequence}.`, memlockRemedy)]
}

const checkPort: Check = (spec, { portHolders, portsExhausted }) => {
  if (portsExhausted)
    return [finding('error', 'PORT_TAKEN', 'Every port of the range for replicas is in use.', 'Widen the port range of the agent')]
  return portHolders.map(({ port, holder }) =>
    finding(
      'error',
      'PORT_TAKEN',
      `Port ${port} is in use${holder === '' ? '' : ` by ${holder}`}.`,
      port === spec.port
        ? 'Stop that process, give another port, or leave port out so that a free one is taken'
        : 'Nothing has to be done: the gang meets at another port in its next attempt',
    ),
  )
}

const checkMemory: Check = (spec, { hostMemoryMiB }) => {
  const over = (what: string, mib: number, severity: Severity): Finding[] =>
    mib > hostMemoryMiB
      ? [
          finding(
            severity,
            'MEMORY_EXCEEDED',
            `The memory ${what} of ${mib} MiB is more than the ${hostMemoryMiB} MiB of this host.`,
            `Lower resources.memory.${what}, or place the replica on a larger host`,
          ),
        ]
      : []
  return [...over('request', spec.memoryRequestMiB, 'error'), ...over('limit', spec.memoryLimitMiB, 'warning')]
}

const checkGpu = (uuid: string, facts: PreflightFacts, known: ReadonlyMap<string, readonly ResolvedHolder[]>): readonly Finding[] => {
  const holders = known.get(uuid)
  if (holders === undefined)
    return [
      finding(
        'error',
        'GPU_MISSING',
        `GPU ${uuid} is not on this host.`,
        'See nvidia-smi -L and dmesg (a GPU that fell off the bus needs a reset or reboot); or let the replica be placed again',
      ),
    ]
  const claimed = facts.claims.get(uuid)
  if (claimed !== undefined)
    return [
      finding(
        'error',
        'GPU_HELD',
        `Replica ${claimed} still holds GPU ${uuid}.`,
        'Wait until it is stopped; nothing else starts on the GPU before',
      ),
    ]
  return holders.map(({ pid, name, kind, replicaId }) => {
    if (replicaId !== '')
      return finding(
        'error',
        'GPU_HELD',
        `Process ${pid} (${name}) of the former replica ${replicaId} still holds GPU ${uuid}.`,
        `Wait until it has ended; when it hangs, kill -9 ${pid}, and when that does not help, reboot`,
      )
    const seen = `Process ${pid} (${name}), which is not Hostler's, holds GPU ${uuid}.`
    return kind === 'graphics'
      ? finding('warning', 'GPU_BUSY', seen, 'It only draws; the engine has a little less memory')
      : finding('error', 'GPU_BUSY', seen, `Stop it, or exclude this GPU from Hostler`)
  })
}

const checkGpus: Check = (spec, facts) => {
  if (spec.gpuUuids.length === 0) return []
  const { gpus, runtime } = facts
  if (gpus.kind === 'unknown')
    return [
      finding(
        'error',
        'GPU_MISSING',
        `The GPUs cannot be read, so it cannot be told whether they are free: ${gpus.reason}`,
        'Run nvidia-smi on the host; a hang or error there is a driver fault',
      ),
    ]
  const passed = runtime.gpuRequests || spec.gpuUuids.every((uuid) => runtime.cdiDevices.includes(`nvidia.com/gpu=${uuid}`))
  return [
    ...spec.gpuUuids.flatMap((uuid) => checkGpu(uuid, facts, gpus.gpus)),
    ...(passed || runtime.problem !== ''
      ? []
      : [
          finding(
            'warning',
            'GPU_MISSING',
            'The container engine has neither the NVIDIA runtime nor CDI devices; the container is only told its GPUs by NVIDIA_VISIBLE_DEVICES.',
            'Install nvidia-container-toolkit, run nvidia-ctk runtime configure, restart the engine',
          ),
        ]),
  ]
}

/** In the order in which a person would mend them. */
const checks: readonly Check[] = [
  checkRuntime,
  checkProgram,
  checkModel,
  checkMemory,
  checkMemlock,
  checkGpus,
  checkPort,
  checkImage,
  checkDisk,
]

/** Everything that would fail, or be worse than asked for, at the launch of this replica. Errors prevent it. Pure. */
export const preflight = (spec: ReplicaSpec, facts: PreflightFacts): readonly Finding[] => checks.flatMap((check) => check(spec, facts))
