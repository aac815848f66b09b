import type { HostActionReply__Output } from '../../../proto/generated/hostler/v1/HostActionReply.ts'
import type { HostActionRequest } from '../../../proto/generated/hostler/v1/HostActionRequest.ts'
import type { ListKeysReply__Output } from '../../../proto/generated/hostler/v1/ListKeysReply.ts'
import type { ListRequest } from '../../../proto/generated/hostler/v1/ListRequest.ts'
import type { ListResourcesReply__Output } from '../../../proto/generated/hostler/v1/ListResourcesReply.ts'
import type { ListTokensReply__Output } from '../../../proto/generated/hostler/v1/ListTokensReply.ts'
import type { MetricsReply__Output } from '../../../proto/generated/hostler/v1/MetricsReply.ts'
import type { MetricsRequest } from '../../../proto/generated/hostler/v1/MetricsRequest.ts'
import type { NameRequest } from '../../../proto/generated/hostler/v1/NameRequest.ts'
import type { PlanReply__Output } from '../../../proto/generated/hostler/v1/PlanReply.ts'
import type { PlanRequest } from '../../../proto/generated/hostler/v1/PlanRequest.ts'
import type { ResourceName } from '../../../proto/generated/hostler/v1/ResourceName.ts'
import type { ResourceReply__Output } from '../../../proto/generated/hostler/v1/ResourceReply.ts'
import type { ResourceRequest } from '../../../proto/generated/hostler/v1/ResourceRequest.ts'
import type { RolloutHistoryReply__Output } from '../../../proto/generated/hostler/v1/RolloutHistoryReply.ts'
import type { ThawReply__Output } from '../../../proto/generated/hostler/v1/ThawReply.ts'
import type { ThawRequest } from '../../../proto/generated/hostler/v1/ThawRequest.ts'
import type { VersionReply__Output } from '../../../proto/generated/hostler/v1/VersionReply.ts'
import type { VersionRequest } from '../../../proto/generated/hostler/v1/VersionRequest.ts'
import type { Credentials } from '../../../shared/identity/credentials-file.ts'
import { controllerChannel } from '../../../shared/rpc/channel.ts'
import { contract } from '../../../shared/rpc/proto.ts'
import { callUnary } from '../../../shared/rpc/unary.ts'
import type { TuneAction } from '../../../shared/tuning/answer.ts'
import type { ApiKey, Token } from '../view/access.ts'
import type { Fleet, FleetEvent, RevisionEntry } from '../view/fleet.ts'
import type { FleetPlan } from '../view/plan.ts'
import type { AppliedResource, StoredDocument, TuneOutcome } from '../view/tuning.ts'
import { type AlertsLink, alertsLink } from './alerts-link.ts'
import { type DiagnosisLink, diagnosisLink } from './diagnosis-link.ts'
import { fleetFromWire, keyFromWire, revisionFromWire } from './from-wire.ts'
import { figuresFromWire, type HostFigures } from './metrics.ts'
import { planFromWire } from './plan-from-wire.ts'
import { messagesOf } from './stream.ts'
import { outcomeFromWire, storedFromWire } from './tuning-from-wire.ts'

export type FleetKind = 'hosts' | 'deployments' | 'replicas'
export type RolloutAction = 'undo' | 'pause' | 'resume' | 'promote' | 'abort'

export type HostAction = 'cordon' | 'uncordon' | 'drain'

export interface TaintOnWire {
  readonly key: string
  readonly value: string
  readonly effect: string
}

export interface HostChanged {
  readonly host: string
  readonly changed: boolean
}

export interface FleetOptions {
  /** Hosts come with a summary in place of inventory, usage and holders; older controllers send those all the same. */
  readonly brief?: boolean
}

export interface ServerVersion {
  readonly version: string
  readonly protocol: number
  readonly identity: string
  readonly role: string
}

export interface Applied {
  readonly deployment: string
  readonly revision: number
  readonly created: boolean
  readonly changed: boolean
  readonly notes: readonly string[]
}

export interface NewToken {
  readonly id: string
  readonly token: string
  readonly expiresUnixMs: number
  readonly joinCommand: string
}

export interface TokenRequest {
  readonly kind: string
  readonly ttlMs: number
  readonly uses: number
  /** Only for users. */
  readonly role: string
  readonly name: string
}

export interface KeyRequest {
  readonly tenant: string
  readonly models: readonly string[]
  readonly requestsPerSecond: number
  readonly burst: number
  /** LLM tokens; 0 or absent: no limit. */
  readonly tokensPerMinute?: number
  /** Of its requests where they wait; 0 unless given. */
  readonly priority?: number
  /** 0: never ends. */
  readonly ttlMs: number
}

export interface EventQuery {
  readonly follow: boolean
  readonly limit: number
  readonly subject: string
  readonly afterId: number
  /** 0: however old. */
  readonly sinceUnixMs?: number
  /** Empty: all. */
  readonly levels?: readonly string[]
}

export interface LogQuery {
  readonly replica: string
  readonly tailLines: number
  readonly follow: boolean
  readonly timestamps: boolean
}

export interface TuneRequest {
  readonly action: TuneAction
  /** Names or ids; empty: every host. */
  readonly hosts: readonly string[]
  /** Empty: the one that each host is to have. */
  readonly profile: string
}

/** The controller, as a command sees it. Every call has a deadline, throws HostlerError, and ends with the link's signal. */
export interface ControlLink extends Disposable, DiagnosisLink, AlertsLink {
  /** `host:port` of the controller. */
  readonly where: string
  version(): Promise<ServerVersion>
  /** `ifVersion` of a change: refused with CONFLICT when the deployment is at another version by now; 0: made whatever there is. */
  apply(specJson: string, source: string, dryRun: boolean, ifVersion?: number): Promise<Applied>
  /** What applying these specs together would do; changes nothing. */
  plan(specsJson: readonly string[], source: string): Promise<FleetPlan>
  delete(name: string, ifVersion?: number): Promise<{ readonly replicas: number }>
  scale(name: string, replicas: number, ifVersion?: number): Promise<Applied>
  rollout(name: string, action: RolloutAction, options?: { readonly revision?: number; readonly ifVersion?: number }): Promise<Applied>
  history(name: string): Promise<readonly RevisionEntry[]>
  fleet(kinds?: readonly FleetKind[], options?: FleetOptions): Promise<Fleet>
  /** The whole view now, and again after each change. */
  watchFleet(kinds: readonly FleetKind[], signal: AbortSignal, options?: FleetOptions): AsyncIterable<Fleet>
  events(query: EventQuery, signal: AbortSignal): AsyncIterable<FleetEvent>
  logs(query: LogQuery, signal: AbortSignal): AsyncIterable<Buffer>
  createToken(request: TokenRequest): Promise<NewToken>
  tokens(): Promise<readonly Token[]>
  revokeToken(id: string): Promise<void>
  createKey(request: KeyRequest): Promise<{ readonly id: string; readonly key: string }>
  keys(): Promise<readonly ApiKey[]>
  revokeKey(id: string): Promise<void>
  removeHost(name: string, force: boolean): Promise<void>
  /** All of the hosts or none. */
  hostAction(action: HostAction, hosts: readonly string[], force?: boolean): Promise<readonly HostChanged[]>
  /** Puts taints on hosts and takes others off; an empty effect stands for all of the key. */
  taint(hosts: readonly string[], put: readonly TaintOnWire[], remove: readonly TaintOnWire[]): Promise<readonly HostChanged[]>
  /** Releases the mass-failure brake. */
  thaw(): Promise<{ readonly changed: boolean; readonly gaveUp: readonly string[]; readonly stops: string }>
  /** The newest figures of these hosts, by name or id; none named: of all. */
  metrics(hosts: readonly string[]): Promise<readonly HostFigures[]>
  /** All of the documents or none; in their order. */
  applyResources(documentsJson: readonly string[], source: string, dryRun: boolean): Promise<readonly AppliedResource[]>
  deleteResource(kind: string, name: string): Promise<void>
  documents(): Promise<readonly StoredDocument[]>
  /** One outcome a host, as they come. */
  tune(request: TuneRequest, signal: AbortSignal): AsyncIterable<TuneOutcome>
}

export interface LinkOptions {
  readonly callTimeoutMs: number
  readonly signal: AbortSignal
}

export const openControlLink = (credentials: Credentials, { callTimeoutMs, signal }: LinkOptions): ControlLink => {
  const target = controllerChannel(credentials)
  const client = new (contract('control').Control)(target.address, target.credentials, target.options)
  const alertsClient = new (contract('alert').Alerts)(target.address, target.credentials, target.options)
  const where = target.address
  const unary = { timeoutMs: callTimeoutMs, where, signal }
  const deadline = () => ({ deadline: Date.now() + callTimeoutMs })

  return {
    where,
    ...diagnosisLink(client, where, signal, unary),
    ...alertsLink(alertsClient, unary),
    version: async () => {
      const { version, protocol, identity, role } = await callUnary<VersionRequest, VersionReply__Output>(
        client.Version.bind(client),
        {},
        unary,
      )
      return { version, protocol, identity, role }
    },
    apply: (specJson, source, dryRun, ifVersion = 0) =>
      callUnary(client.Apply.bind(client), { specJson, source, dryRun, ifVersion }, unary),
    plan: async (specsJson, source) =>
      planFromWire(await callUnary<PlanRequest, PlanReply__Output>(client.Plan.bind(client), { specsJson: [...specsJson], source }, unary)),
    delete: (name, ifVersion = 0) => callUnary(client.Delete.bind(client), { name, ifVersion }, unary),
    scale: (name, replicas, ifVersion = 0) => callUnary(client.Scale.bind(client), { name, replicas, ifVersion }, unary),
    rollout: (name, action, { revision = 0, ifVersion = 0 } = {}) =>
      callUnary(client.RolloutAction.bind(client), { name, action, revision, ifVersion }, unary),
    history: async (name) =>
      (await callUnary<NameRequest, RolloutHistoryReply__Output>(client.RolloutHistory.bind(client), { name }, unary)).revisions.map(
        revisionFromWire,
      ),
    async fleet(kinds = [], { brief = false } = {}) {
      const call = client.Fleet({ watch: false, kinds: [...kinds], brief }, deadline())
      for await (const view of messagesOf(call, { where, signal, firstWithinMs: callTimeoutMs })) return fleetFromWire(view)
      signal.throwIfAborted()
      return { hosts: [], deployments: [], replicas: [], gateways: [], nowUnixMs: Date.now(), frozenSinceUnixMs: 0, held: '', stalled: '' }
    },
    async *watchFleet(kinds, until, { brief = false } = {}) {
      const call = client.Fleet({ watch: true, kinds: [...kinds], brief })
      for await (const view of messagesOf(call, { where, signal: AbortSignal.any([signal, until]), firstWithinMs: callTimeoutMs }))
        yield fleetFromWire(view)
    },
    async *events(query, until) {
      const call = client.Events({ ...query, levels: [...(query.levels ?? [])] }, query.follow ? {} : deadline())
      for await (const { id, atUnixMs, level, reason, subject, message } of messagesOf(call, {
        where,
        signal: AbortSignal.any([signal, until]),
      })) {
        yield { id, atUnixMs, level, reason, subject, message }
      }
    },
    async *logs(query, until) {
      const call = client.Logs(query, query.follow ? {} : deadline())
      for await (const { data } of messagesOf(call, { where, signal: AbortSignal.any([signal, until]) })) yield data
    },
    createToken: (request) => callUnary(client.CreateToken.bind(client), request, unary),
    tokens: async () => (await callUnary<ListRequest, ListTokensReply__Output>(client.ListTokens.bind(client), {}, unary)).tokens,
    revokeToken: async (name) => void (await callUnary(client.RevokeToken.bind(client), { name }, unary)),
    createKey: (request) => callUnary(client.CreateKey.bind(client), { ...request, models: [...request.models] }, unary),
    keys: async () => (await callUnary<ListRequest, ListKeysReply__Output>(client.ListKeys.bind(client), {}, unary)).keys.map(keyFromWire),
    revokeKey: async (name) => void (await callUnary(client.RevokeKey.bind(client), { name }, unary)),
    removeHost: async (name, force) => void (await callUnary(client.RemoveHost.bind(client), { name, force }, unary)),
    hostAction: async (action, hosts, force = false) =>
      (
        await callUnary<HostActionRequest, HostActionReply__Output>(
          client.HostAction.bind(client),
          { action, hosts: [...hosts], force },
          unary,
        )
      ).hosts,
    taint: async (hosts, put, remove) =>
      (
        await callUnary<HostActionRequest, HostActionReply__Output>(
          client.HostAction.bind(client),
          { action: 'taint', hosts: [...hosts], put: [...put], remove: [...remove] },
          unary,
        )
      ).hosts,
    thaw: () => callUnary<ThawRequest, ThawReply__Output>(client.Thaw.bind(client), {}, unary),
    applyResources: async (documentsJson, source, dryRun) =>
      (
        await callUnary<ResourceRequest, ResourceReply__Output>(
          client.ApplyResource.bind(client),
          { documentsJson: [...documentsJson], source, dryRun },
          unary,
        )
      ).applied,
    deleteResource: async (kind, name) =>
      void (await callUnary<ResourceName, unknown>(client.DeleteResource.bind(client), { kind, name }, unary)),
    documents: async () =>
      (await callUnary<ListRequest, ListResourcesReply__Output>(client.ListResources.bind(client), {}, unary)).resources.map(
        storedFromWire,
      ),
    async *tune(request, until) {
      const call = client.Tune({ ...request, hosts: [...request.hosts] }, deadline())
      for await (const reply of messagesOf(call, { where, signal: AbortSignal.any([signal, until]) })) yield outcomeFromWire(reply)
    },
    metrics: async (hosts) =>
      figuresFromWire(await callUnary<MetricsRequest, MetricsReply__Output>(client.Metrics.bind(client), { hosts: [...hosts] }, unary)),
    [Symbol.dispose]: () => {
      client.close()
      alertsClient.close()
    },
  }
}
