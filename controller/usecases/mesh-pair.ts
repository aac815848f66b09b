import { type PeerProbe, type PeerServer, peerProbe, peerServer } from '../../shared/diagnosis/mesh.ts'
import { HostlerError, messageOf } from '../../shared/errors/hostler-error.ts'
import { within } from '../../shared/lifecycle/deadline.ts'
import type { AgentCalls } from './agent-calls.ts'

export interface MeshHost {
  readonly id: string
  readonly name: string
  /** In the fleet's network; what peers connect to. */
  readonly address: string
}

export interface PairOptions {
  readonly calls: Pick<AgentCalls, 'document' | 'stream'>
  readonly from: MeshHost
  readonly to: MeshHost
}

export interface LoadOptions extends PairOptions {
  /** Of each direction. */
  readonly loadMs: number
  /** 0: no cap. Undefined: nine tenths of the peer's link, where its kernel says that. */
  readonly rateMbps: number | undefined
  /** What was measured before anybody loaded the network. */
  readonly idle: PeerProbe
}

export type PairOutcome = { readonly kind: 'measured'; readonly probe: PeerProbe } | { readonly kind: 'skipped'; readonly why: string }

const shareOfLink = 0.9
/** Above this share of its link, a host is under load and left alone. */
const busyShare = 0.3
/** Pings, and the search for the MTU. */
const idleDeadlineMs = 30_000
/** Pings and the beginnings and ends of both loads, each of which has a deadline of its own on the agent. */
const besidesLoadMs = 40_000

/** Has one host measure another while nothing is loaded. Never rejects: why there is no probe is told. */
export const measureIdle = async ({ calls, from, to }: PairOptions, signal: AbortSignal): Promise<PairOutcome> => {
  try {
    const ask = { kind: 'peer-probe', address: to.address, port: 0, loadMs: 0, rateMbps: 0 } as const
    return { kind: 'measured', probe: await calls.document(from.id, ask, idleDeadlineMs, peerProbe, signal) }
  } catch (error) {
    return { kind: 'skipped', why: `${from.name}: ${messageOf(error)}` }
  }
}

/** Has one host load the way to another, which serves meanwhile and no longer, and puts that to what was measured idle. Never rejects. */
export const measureLoad = async (options: LoadOptions, signal: AbortSignal): Promise<PairOutcome> => {
  const { calls, from, to, loadMs, rateMbps, idle } = options
  const deadlineMs = 2 * loadMs + besidesLoadMs
  const bounded = within(deadlineMs, signal)
  const stopping = new AbortController()
  const first = Promise.withResolvers<PeerServer>()
  const serving = calls.stream(
    to.id,
    { kind: 'peer-serve', peers: [from.address] },
    deadlineMs,
    (data) => first.resolve(peerServer.parse(JSON.parse(data.toString('utf8')))),
    AbortSignal.any([bounded, stopping.signal]),
  )
  const served = serving.then(
    () => first.reject(new HostlerError('CONFLICT', 'the peer stopped serving before it had begun')),
    (error: unknown) => first.reject(error),
  )
  try {
    const server = await first.promise.catch((error: unknown) => error)
    if (!isServer(server)) {
      return canDoWithout(server)
        ? { kind: 'measured', probe: withoutPeer(idle, to, server) }
        : { kind: 'skipped', why: `${to.name}: ${messageOf(server)}` }
    }
    if (isBusy(server)) return { kind: 'skipped', why: `${to.name} is under load: ${Math.round(server.busyMbps ?? 0)} Mbit/s` }
    if (!idle.idle?.received) return { kind: 'measured', probe: withPeer(idle, idle, server) }
    const cap = rateMbps ?? Math.round((server.linkMbps ?? 0) * shareOfLink)
    const ask = { kind: 'peer-probe', address: to.address, port: server.port, loadMs, rateMbps: cap } as const
    return { kind: 'measured', probe: withPeer(idle, await calls.document(from.id, ask, deadlineMs, peerProbe, bounded), server) }
  } catch (error) {
    return { kind: 'skipped', why: `${from.name}: ${messageOf(error)}` }
  } finally {
    stopping.abort()
    await served
  }
}

const isServer = (value: unknown): value is PeerServer => typeof value === 'object' && value !== null && 'port' in value

/** Without iperf3 at the far end, latency and MTU can still be measured. */
const canDoWithout = (error: unknown): boolean =>
  error instanceof HostlerError && (error.code === 'COMMAND_MISSING' || error.code === 'LAUNCH_FAILED')

const isBusy = ({ busyMbps, linkMbps }: PeerServer): boolean => busyMbps !== null && linkMbps !== null && busyMbps > linkMbps * busyShare

/** Both runs as one, with what the far end knows of itself. */
const withPeer = (idle: PeerProbe, loaded: PeerProbe, { linkMbps, mtuBytes }: PeerServer): PeerProbe => {
  const rates = [loaded.linkMbps, linkMbps].filter((mbps) => mbps !== null)
  const again = loaded === idle
  return {
    ...loaded,
    idle: idle.idle,
    gateway: idle.gateway,
    linkMbps: rates.length === 0 ? null : Math.min(...rates),
    mtu: idle.mtu && { ...idle.mtu, peerInterfaceBytes: mtuBytes },
    problems: again ? idle.problems : [...idle.problems, ...loaded.problems],
    evidence: again ? idle.evidence : [...idle.evidence, ...loaded.evidence],
  }
}

const withoutPeer = (probe: PeerProbe, to: MeshHost, error: unknown): PeerProbe => ({
  ...probe,
  problems: [...probe.problems, { code: 'looking.failed', params: { what: `iperf3 -s on ${to.name}`, message: messageOf(error) } }],
})
