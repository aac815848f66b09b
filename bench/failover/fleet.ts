import { labEngine } from '../../test/lab/engine.ts'
import { LabFleet, type Member } from '../../test/lab/fleet.ts'
import { createLab } from '../../test/lab/lab.ts'
import { whyNot } from '../../test/lab/requires.ts'
import { eventually } from '../../test/lab/wait.ts'
import type { BenchRun } from '../bench.ts'
import { bundlePrograms } from '../prepare/programs.ts'

const deadlineMs = 120_000
const hostCount = 3
export const model = 'failover'

/** Three hosts with one GPU each, and a deployment with a replica on two of them. Every setting is the default. */
export interface FailoverFleet extends AsyncDisposable {
  readonly fleet: LabFleet
  readonly apiKey: string
  /** Resolves to the two replicas that serve, once nothing else is left of the deployment. */
  settled(): Promise<readonly FleetReplica[]>
  replicas(): Promise<readonly FleetReplica[]>
  memberOf(replica: FleetReplica): Member
}

export interface FleetReplica {
  readonly id: string
  readonly host: string
  readonly routed: boolean
  readonly restarts: number
}

const spec = (modelFile: string, image: string): string => `\
name: ${model}
model: { name: ${model}, path: ${modelFile} }
engine: { preset: llamacpp, maxModelLen: 1024, maxConcurrentSequences: 4, args: [--threads, "1"] }
image: ${image}
pull: never
replicas: 2
resources: { gpus: 1, gpuMemory: 1Gi }
`

export const startFailoverFleet = async ({ directory, signal, say }: BenchRun): Promise<FailoverFleet> => {
  const reason = whyNot({ root: true, engine: true })
  if (reason) throw new Error(`failover is measured on real hosts with real container engines: ${reason}`)
  await using opening = new AsyncDisposableStack()
  say('bundling the programs as they ship')
  const programs = await bundlePrograms(directory)
  const engine = await labEngine()
  const lab = opening.use(await createLab({ signal }))
  const fleet = opening.use(new LabFleet(lab, directory, signal, programs.hostler))
  say(`starting a controller, a gateway and ${hostCount} hosts`)
  const [hosts] = await Promise.all([lab.addHosts(hostCount, { engine: true }), fleet.startController()])
  const { token } = await fleet.control.createToken({ kind: 'host', ttlMs: 0, uses: hostCount, role: '', name: '' })
  const gateway = await fleet.control.createToken({ kind: 'gateway', ttlMs: 0, uses: 1, role: '', name: '' })
  await Promise.all([
    fleet.startGateway(gateway.token, { settings: { HOSTLER_GATEWAY_ACCESS_LOG_SAMPLE: '1' } }),
    ...hosts.map((host) => fleet.addMember(host, engine, token, 1)),
  ])
  const { key } = await fleet.control.createKey({ tenant: 'bench', models: [], requestsPerSecond: 0, burst: 0, ttlMs: 0 })
  const allReady = async () => {
    const { hosts: listed } = await fleet.control.fleet(['hosts'])
    return listed.length === hostCount && listed.every(({ state }) => state === 'ready')
  }
  await eventually(allReady, { deadlineMs, what: 'all hosts to be ready', signal })
  await fleet.control.apply(spec(await engine.modelFile(1), engine.image), 'bench', false)

  const replicas = async () => (await fleet.control.fleet(['replicas'])).replicas
  const running = async () => {
    const lists = await Promise.all(hosts.map(({ docker }) => docker.listContainers({ all: true })))
    return lists.flat().length
  }
  const resources = opening.move()
  return {
    fleet,
    apiKey: key,
    replicas,
    async settled() {
      const serving = async () => {
        const all = await replicas()
        return (await allReady()) && all.length === 2 && all.every(({ routed }) => routed) && (await running()) === 2 && all
      }
      return eventually(serving, { deadlineMs, what: 'two replicas to serve, and nothing else', signal })
    },
    memberOf({ host: name }) {
      const member = fleet.members.find(({ host }) => host.name === name)
      if (!member) throw new Error(`no host ${name}`)
      return member
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}
