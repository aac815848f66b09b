/** A fleet of the lab with a gateway and a key, for tests of faults. */
import type { LabEngine } from '../../lab/engine.ts'
import { labEngine } from '../../lab/engine.ts'
import { LabFleet, type Member } from '../../lab/fleet.ts'
import type { LabHost } from '../../lab/host.ts'
import { createLab } from '../../lab/lab.ts'
import { eventually } from '../../lab/wait.ts'
import { scratchDirectory } from '../../support/scratch.ts'

export const deadlineMs = 60_000

/** Leases short enough for a test to wait for, long enough for two busy cores. */
export const leases = {
  HOSTLER_CONTROLLER_LEASE_DURATION_MS: '4000',
  HOSTLER_CONTROLLER_LEASE_GRACE_MS: '2000',
  HOSTLER_CONTROLLER_LEASE_HEARTBEAT_MS: '500',
}

export interface World extends AsyncDisposable {
  readonly fleet: LabFleet
  readonly engine: LabEngine
  readonly key: string
}

export interface WorldOptions {
  /** Of each host; default 1. */
  readonly gpus?: number
  /** Whether the containers of a host, counted from 0, run on while its engine's daemon is away. */
  readonly keepContainers?: (index: number) => boolean
  /** What is done to a host before its agent starts. */
  readonly prepare?: (host: LabHost) => Promise<unknown>
  /** Environment variables of the controller besides the leases. */
  readonly controller?: Readonly<Record<string, string>>
}

/** Controller, gateway and hosts that are ready, each host with its own engine. */
export const startWorld = async (
  hostCount: number,
  { gpus = 1, keepContainers, prepare, controller }: WorldOptions = {},
): Promise<World> => {
  await using opening = new AsyncDisposableStack()
  const engine = await labEngine()
  const lab = opening.use(await createLab())
  const { path } = opening.use(await scratchDirectory())
  const fleet = opening.use(new LabFleet(lab, path, new AbortController().signal))
  const adding = Array.from({ length: hostCount }, (_, index) =>
    lab.addHost({ engine: true, keepContainers: keepContainers?.(index) ?? false }),
  )
  const [hosts] = await Promise.all([Promise.all(adding), fleet.startController({ ...leases, ...controller })])
  for (const host of hosts) await prepare?.(host)
  const { token } = await fleet.control.createToken({ kind: 'host', ttlMs: 0, uses: hostCount, role: '', name: '' })
  const gateway = await fleet.control.createToken({ kind: 'gateway', ttlMs: 0, uses: 1, role: '', name: '' })
  await Promise.all([fleet.startGateway(gateway.token), ...hosts.map((host) => fleet.addMember(host, engine, token, gpus))])
  const { key } = await fleet.control.createKey({ tenant: 'test', models: [], requestsPerSecond: 0, burst: 0, ttlMs: 0 })
  await hostsReady(fleet)
  const resources = opening.move()
  return { fleet, engine, key, [Symbol.asyncDispose]: () => resources.disposeAsync() }
}

export const hostsReady = (fleet: LabFleet): Promise<unknown> =>
  eventually(async () => (await fleet.control.fleet(['hosts'])).hosts.every(({ state }) => state === 'ready'), {
    deadlineMs,
    what: 'all hosts to be ready',
  })

export const spec = ({ engine }: World, name: string, modelFile: string, replicas: number, extra = ''): string => `\
name: ${name}
model: { name: ${name}, path: ${modelFile} }
engine: { preset: llamacpp, maxModelLen: 512, maxConcurrentSequences: 4, args: [--threads, "1"] }
image: ${engine.image}
pull: never
replicas: ${replicas}
resources: { gpus: 1, gpuMemory: 1Gi }
${extra}`

export const replicasOf = async ({ fleet }: World, deployment: string) =>
  (await fleet.control.fleet(['replicas'])).replicas.filter((replica) => replica.deployment === deployment)

/** Containers of our replicas on a host: `REPLICA CONTAINER STARTED`. The same list again means that none was restarted. */
export const containersOn = async ({ host }: Member): Promise<readonly string[]> => {
  const listed = await host.docker.listContainers({ filters: { label: ['hostler.replica'] } })
  const inspected = await Promise.all(listed.map(({ Id }) => host.docker.getContainer(Id).inspect()))
  return inspected.map(({ Id, Config, State }) => `${Config.Labels['hostler.replica']} ${Id} ${State.StartedAt}`).toSorted()
}

export const allContainers = async ({ fleet }: World): Promise<readonly string[]> =>
  (await Promise.all(fleet.members.map(containersOn))).flat().toSorted()
