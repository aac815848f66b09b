/** A Control service over real TLS that answers with what a test gives it: the far side of the wire. */
import { join } from 'node:path'
import type { ServerWritableStream } from '@grpc/grpc-js'
import { openCertificateAuthority } from '../../../../controller/identity/ca.ts'
import type { ApplyReply } from '../../../../proto/generated/hostler/v1/ApplyReply.ts'
import type { ApplyRequest__Output } from '../../../../proto/generated/hostler/v1/ApplyRequest.ts'
import type { ControlHandlers } from '../../../../proto/generated/hostler/v1/Control.ts'
import type { Event } from '../../../../proto/generated/hostler/v1/Event.ts'
import type { FleetRequest__Output } from '../../../../proto/generated/hostler/v1/FleetRequest.ts'
import type { FleetView } from '../../../../proto/generated/hostler/v1/FleetView.ts'
import type { LogsRequest__Output } from '../../../../proto/generated/hostler/v1/LogsRequest.ts'
import type { MetricsReply } from '../../../../proto/generated/hostler/v1/MetricsReply.ts'
import type { PlanReply } from '../../../../proto/generated/hostler/v1/PlanReply.ts'
import type { RevisionView } from '../../../../proto/generated/hostler/v1/RevisionView.ts'
import { HostlerError } from '../../../../shared/errors/hostler-error.ts'
import { writeCredentials } from '../../../../shared/identity/credentials-file.ts'
import { createSigningRequest } from '../../../../shared/identity/key-pair.ts'
import { toServiceError } from '../../../../shared/rpc/errors.ts'
import { contract } from '../../../../shared/rpc/proto.ts'
import { startRpcServer } from '../../../../shared/rpc/server.ts'
import { scratchDirectory } from '../../../support/scratch.ts'

/** What the server says; a test changes it as it goes. */
export interface Answers {
  fleet: FleetView
  events: Event[]
  history: RevisionView[]
  log: (request: LogsRequest__Output) => readonly string[]
  apply: (request: ApplyRequest__Output) => ApplyReply
  metrics: MetricsReply
  plan: PlanReply
  /** A log that is followed ends: its replica has stopped. */
  logEnds: boolean
  /** Refuses every call. */
  refusal: HostlerError | undefined
  /** Takes every call and never answers. */
  mute: boolean
}

export interface ControlServer extends AsyncDisposable {
  readonly answers: Answers
  readonly credentialsFile: string
  readonly directory: string
  readonly port: number
  /** Every request, by call. */
  readonly seen: { readonly call: string; readonly request: unknown }[]
  /** Sends the fleet to everyone who watches, now and from now on. */
  show(fleet: FleetView): void
  readonly watchers: () => number
  /** Ends every connection and stops listening. */
  stop(): Promise<void>
  /** Listens again on the same port, with the same certificate. */
  start(): Promise<void>
}

const dayMs = 86_400_000

export const startControlServer = async (): Promise<ControlServer> => {
  const scratch = await scratchDirectory()
  const directory = scratch.path
  const now = Date.now()
  const ca = await openCertificateAuthority(join(directory, 'ca'), now)
  const server = await ca.issueServer(now)
  const watching = new Set<ServerWritableStream<FleetRequest__Output, FleetView>>()
  const seen: { call: string; request: unknown }[] = []
  const answers: Answers = {
    fleet: {},
    events: [],
    history: [],
    log: () => [],
    metrics: {},
    plan: {},
    apply: ({ specJson }) => ({ deployment: JSON.parse(specJson).name, revision: 1, created: true, changed: true, notes: [] }),
    logEnds: false,
    refusal: undefined,
    mute: false,
  }
  const unary =
    <Request, Reply>(call: string, answer: (request: Request) => Reply) =>
    ({ request }: { request: Request }, callback: (error: object | null, reply?: Reply) => void) => {
      seen.push({ call, request })
      if (answers.mute) return
      if (answers.refusal) return callback(toServiceError(answers.refusal))
      try {
        callback(null, answer(request))
      } catch (error) {
        callback(toServiceError(error))
      }
    }
  const named = (request: { name: string }): string => request.name
  const found = (name: string): string => {
    if (!answers.fleet.deployments?.some((deployment) => deployment.name === name))
      throw new HostlerError('NOT_FOUND', `there is no deployment "${name}"`)
    return name
  }
  const handlers = {
    Version: unary('Version', () => ({ version: '9.9.9', protocol: 1, identity: 'ada', role: 'admin' })),
    Apply: unary('Apply', (request: ApplyRequest__Output) => answers.apply(request)),
    Delete: unary('Delete', (request: { name: string }) => ({ name: found(named(request)), replicas: 2 })),
    Scale: unary('Scale', (request: { name: string }) => ({
      deployment: found(named(request)),
      revision: 1,
      created: false,
      changed: true,
      notes: [],
    })),
    RolloutAction: unary('RolloutAction', (request: { name: string; revision: number }) => ({
      deployment: found(named(request)),
      revision: request.revision || 1,
      created: false,
      changed: true,
      notes: [],
    })),
    Metrics: unary('Metrics', () => answers.metrics),
    RolloutHistory: unary('RolloutHistory', () => ({ revisions: answers.history })),
    Fleet(stream: ServerWritableStream<FleetRequest__Output, FleetView>) {
      seen.push({ call: 'Fleet', request: stream.request })
      if (answers.mute) return
      if (answers.refusal) return void stream.emit('error', toServiceError(answers.refusal))
      stream.write(answers.fleet)
      if (!stream.request.watch) return void stream.end()
      watching.add(stream)
      stream.on('cancelled', () => watching.delete(stream))
    },
    Events(stream: ServerWritableStream<{ follow: boolean; limit: number }, Event>) {
      seen.push({ call: 'Events', request: stream.request })
      for (const event of answers.events.slice(-stream.request.limit)) stream.write(event)
      if (!stream.request.follow) stream.end()
    },
    Logs(stream: ServerWritableStream<LogsRequest__Output, { data: Buffer }>) {
      seen.push({ call: 'Logs', request: stream.request })
      for (const text of answers.log(stream.request)) stream.write({ data: Buffer.from(text) })
      if (!stream.request.follow || answers.logEnds) stream.end()
    },
    CreateToken: unary('CreateToken', () => ({
      id: 't-1',
      token: 'hostler1.abc',
      expiresUnixMs: Date.now() + 3_600_000,
      joinCommand: 'hostler agent --join hostler1.abc',
    })),
    ListTokens: unary('ListTokens', () => ({
      tokens: [
        {
          id: 't-1',
          kind: 'host',
          role: '',
          expiresUnixMs: Date.now() + 1_800_000,
          usesLeft: 1,
          revoked: false,
          createdUnixMs: Date.now(),
        },
      ],
    })),
    RevokeToken: unary('RevokeToken', () => ({})),
    CreateKey: unary('CreateKey', () => ({ id: 'k-1', key: 'hk-secret' })),
    ListKeys: unary('ListKeys', () => ({
      keys: [
        {
          id: 'k-1',
          tenant: 'search',
          models: [],
          requestsPerSecond: 5,
          burst: 10,
          expiresUnixMs: 0,
          createdUnixMs: Date.now(),
          prefix: 'hk-se',
        },
      ],
    })),
    RevokeKey: unary('RevokeKey', () => ({})),
    ListReports: unary('ListReports', () => ({
      summaries: [
        Buffer.from(
          JSON.stringify({ id: 'r-1', subject: 'gpu', trigger: 'asked', atUnixMs: 1, verdict: 'PASS', hosts: ['gpu-1'], headline: null }),
        ),
      ],
    })),
    RemoveHost: unary('RemoveHost', () => ({})),
    HostAction: unary('HostAction', ({ hosts }: { hosts: readonly string[] }) => ({
      hosts: hosts.map((host) => ({ host, changed: true })),
    })),
    Plan: unary('Plan', () => answers.plan),
    Thaw: unary('Thaw', () => ({ changed: true, gaveUp: ['gpu-2'] })),
  } as unknown as ControlHandlers

  const listen = (port: number) =>
    startRpcServer({
      host: '127.0.0.1',
      port,
      tls: { ...server, caPem: ca.certificatePem, requireClientCertificate: true },
      register: (grpc) => grpc.addService(contract('control').Control.service, handlers),
    })
  let running = await listen(0)
  const { port } = running
  const { privateKeyPem, csrPem } = await createSigningRequest('u-ada')
  const { certificatePem } = await ca.issueClient(csrPem, { kind: 'user', id: 'u-ada', role: 'admin' }, dayMs, now)
  const credentialsFile = join(directory, 'admin.json')
  await writeCredentials(credentialsFile, {
    version: 1,
    kind: 'user',
    id: 'u-ada',
    name: 'ada',
    controller: `127.0.0.1:${port}`,
    caPem: ca.certificatePem,
    certificatePem,
    privateKeyPem,
  })
  return {
    answers,
    credentialsFile,
    directory,
    port,
    seen,
    watchers: () => watching.size,
    show(fleet) {
      answers.fleet = fleet
      for (const stream of watching) stream.write(fleet)
    },
    async stop() {
      watching.clear()
      await running.stop(0)
    },
    async start() {
      running = await listen(port)
    },
    async [Symbol.asyncDispose]() {
      await running.stop(0)
      await scratch[Symbol.asyncDispose]()
    },
  }
}
