/** An agent of the protocol before this one, by its frozen contract: what an agent of that release would write, and nothing newer. */
import { join } from 'node:path'
import * as grpc from '@grpc/grpc-js'
import * as loader from '@grpc/proto-loader'
import { parseJoinToken } from '../../../shared/identity/join-token.ts'
import { controllerChannel } from '../../../shared/rpc/channel.ts'
import { enrolWithToken } from '../../../shared/rpc/enrol.ts'
import type { TestController } from '../../support/controller.ts'

export const frozenProtocol = 1

interface OldMessage {
  readonly [field: string]: unknown
}
export interface OldSpec {
  readonly generation: number
  readonly replicas: readonly {
    readonly id: string
    readonly deployment: string
    readonly revision: number
    readonly args: readonly string[]
  }[]
}
type OldStream = grpc.ClientDuplexStream<OldMessage, { readonly body?: string; readonly spec?: OldSpec; readonly welcome?: OldMessage }>

interface OldAgentLink {
  readonly service: grpc.ServiceDefinition
  new (address: string, credentials: grpc.ChannelCredentials, options: object): grpc.Client & { Session(): OldStream }
}

/** The service as it was in that release. */
export const frozenAgentLink = (): OldAgentLink => {
  const definition = loader.loadSync('hostler/v1/agent.proto', {
    longs: Number,
    enums: String,
    defaults: true,
    oneofs: true,
    includeDirs: [join(import.meta.dirname, `../../fixtures/wire/v${frozenProtocol}`)],
  })
  const loaded = grpc.loadPackageDefinition(definition) as unknown as {
    readonly hostler: { readonly v1: { readonly AgentLink: OldAgentLink } }
  }
  return loaded.hostler.v1.AgentLink
}

export interface OldAgent extends AsyncDisposable {
  readonly id: string
  readonly specs: readonly OldSpec[]
  readonly welcomes: readonly OldMessage[]
  readonly errors: readonly Error[]
  /** Replicas as they are now, all of them. */
  status(replicas: readonly OldMessage[]): void
}

export interface OldAgentOptions {
  readonly protocol?: number
  /** What it has on disk. */
  readonly specGeneration?: number
  readonly running?: readonly OldMessage[]
  /** Of one that joined before; else it joins. */
  readonly credentials?: Awaited<ReturnType<typeof joinOldAgent>>
}

export const joinOldAgent = async (fleet: TestController, name: string) => {
  const { token } = await fleet.control.createToken({ kind: 'host', uses: 1, ttlMs: 0, role: '', name: '' })
  return enrolWithToken(parseJoinToken(token), { name, machineId: `m-${name}` })
}

export const startOldAgent = async (fleet: TestController, name: string, options: OldAgentOptions = {}): Promise<OldAgent> => {
  const credentials = options.credentials ?? (await joinOldAgent(fleet, name))
  const target = controllerChannel(credentials)
  const client = new (frozenAgentLink())(target.address, target.credentials, target.options)
  const stream = client.Session()
  const specs: OldSpec[] = []
  const welcomes: OldMessage[] = []
  const errors: Error[] = []
  let seq = 0
  let version = 0
  const send = (message: OldMessage) => {
    seq += 1
    stream.write({ ...message, seq })
  }
  const status = (replicas: readonly OldMessage[]) => {
    version += 1
    send({ status: { version, baseVersion: 0, full: true, changed: replicas, removed: [] } })
  }
  stream.on('error', (error) => errors.push(error))
  stream.on('data', ({ spec, welcome }) => {
    if (welcome) {
      welcomes.push(welcome)
      status(options.running ?? [])
    }
    if (spec) {
      specs.push(spec)
      send({ specAck: { generation: spec.generation, error: '' } })
    }
  })
  const inventory = {
    hostname: name,
    memoryMib: 64_000,
    cpuCores: 8,
    runtimes: [{ name: 'docker', version: '27', memlockUnlimited: true }],
  }
  send({
    hello: {
      protocol: options.protocol ?? frozenProtocol,
      agentVersion: '0.0.9',
      address: '127.0.0.1',
      specGeneration: options.specGeneration ?? 0,
      inventory,
      bootId: 'b',
      labels: {},
    },
  })
  const beating = setInterval(() => send({ heartbeat: {} }), 500)
  return {
    id: credentials.id,
    specs,
    welcomes,
    errors,
    status,
    async [Symbol.asyncDispose]() {
      clearInterval(beating)
      stream.end()
      client.close()
    },
  }
}
