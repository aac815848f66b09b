import type { ReplicaSpec, RuntimeName } from '../../shared/fleet/replica.ts'
import { withDeadline } from '../../shared/lifecycle/deadline.ts'
import type { GpuReading } from '../runtime/gpu-holders.ts'
import { fixedPorts } from '../runtime/ports.ts'
import type { GpuFacts, ResolvedHolder } from '../runtime/preflight.ts'
import type { Runtime, RuntimeFacts } from '../runtime/runtime.ts'
import type { Machine } from './machine.ts'
import type { KnownOwner } from './observe.ts'
import type { PathChecks } from './path-checks.ts'
import type { LaunchFacts } from './plan.ts'

export interface Gathered {
  readonly facts: ReadonlyMap<string, LaunchFacts>
  /** Port to holder; only holders of ports that a candidate asks for by number are named. */
  readonly portsInUse: ReadonlyMap<number, string>
}

export interface GatherInput {
  /** The replicas that may have to be launched. */
  readonly candidates: readonly ReplicaSpec[]
  readonly runtimes: ReadonlyMap<RuntimeName, Runtime>
  readonly owners: readonly KnownOwner[]
  readonly paths: PathChecks
  readonly machine: Machine
  /** undefined: none is there yet; replicas with GPUs then wait. */
  readonly readGpus: () => Promise<GpuReading | undefined>
  readonly signal: AbortSignal
}

const artifactTimeoutMs = 12_000

const resolveHolders = async (reading: GpuReading, owners: readonly KnownOwner[], machine: Machine): Promise<GpuFacts> => {
  if (reading.kind === 'unknown') return reading
  const gpus = new Map<string, readonly ResolvedHolder[]>()
  for (const [uuid, holders] of reading.gpus) {
    const resolved = holders.map(async ({ pid, name, kind }) => {
      const replicaId = (await machine.ownerOfProcess(pid, owners))?.replicaId ?? ''
      return { pid, name, kind: kind ?? ('compute' as const), replicaId }
    })
    gpus.set(uuid, await Promise.all(resolved))
  }
  return { kind: 'known', gpus }
}

const ports = async (candidates: readonly ReplicaSpec[], machine: Machine): Promise<ReadonlyMap<number, string>> => {
  if (candidates.length === 0) return new Map()
  const fixed = new Set(candidates.flatMap(fixedPorts))
  const entries = [...(await machine.listeningPorts())].map(
    async ([port, inode]) => [port, fixed.has(port) ? await machine.describeSocketOwner(inode) : ''] as const,
  )
  return new Map(await Promise.all(entries))
}

const artifactOf = async (runtime: Runtime, spec: ReplicaSpec, { timers }: Machine): Promise<LaunchFacts['artifact']> => {
  try {
    const present = await withDeadline(runtime.hasArtifact(spec), artifactTimeoutMs, `Looking for the image ${spec.image}`, timers)
    return present ? 'present' : 'absent'
  } catch {
    return 'unknown'
  }
}

/** Everything that preflight wants to know of this host, each fact read once for all candidates. Never rejects for one bad fact. */
export const gather = async (input: GatherInput): Promise<Gathered> => {
  const { candidates, runtimes, machine, signal } = input
  const infos = new Map<RuntimeName, RuntimeFacts>()
  const wantsGpus = candidates.some(({ gpuUuids }) => gpuUuids.length > 0)
  const [gpus, portsInUse] = await Promise.all([
    wantsGpus ? input.readGpus().then((reading) => reading && resolveHolders(reading, input.owners, machine)) : undefined,
    ports(candidates, machine),
    ...new Set(candidates.map(({ runtime }) => runtime)).values().map(async (name) => {
      const runtime = runtimes.get(name)
      if (runtime) infos.set(name, await runtime.info())
    }),
  ])
  const facts = new Map<string, LaunchFacts>()
  await Promise.all(
    candidates.map(async (spec) => {
      const runtime = runtimes.get(spec.runtime)
      const info = infos.get(spec.runtime)
      if (!runtime || !info || (spec.gpuUuids.length > 0 && !gpus)) return
      const [artifact, modelPath] = await Promise.all([artifactOf(runtime, spec, machine), input.paths.check(spec.modelPath, signal)])
      facts.set(spec.id, {
        runtime: info,
        artifact,
        modelPath,
        hostMemoryMiB: machine.memoryMiB(),
        gpus: gpus ?? { kind: 'known', gpus: new Map() },
      })
    }),
  )
  return { facts, portsInUse }
}
