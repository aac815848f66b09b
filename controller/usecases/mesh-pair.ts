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
  /** Of each direction. */
  readonly loadMs: number
  /** 0: no cap. Undefined: nine tenths of the peer's link, where its kernel says that. */
  readonly rateMbps: number | undefined
}

export type PairOutcome = { readonly kind: 'measured'; readonly probe: PeerProbe } | { readonly kind: 'skipped'; readonly why: string }

const shareOfLink = 0.9
/** Above this share of its link, a host is under load and left alone. */
const busyShare = 0.3
/** Pings, the search for the MTU and the beginnings and ends of both loads, each of which has a deadline of its own on the agent. */
const besidesLoadMs = 50_000

/** Has one host measure another, which serves meanwhile and no longer. Never rejects: why there is no probe is told. */
export const measurePair = async ({ calls, from, to, loadMs, rateMbps }: PairOptions, signal: AbortSignal): Promise<PairOutcome> => {
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
    if (!isServer(server) && !canDoWithout(server)) return { kind: 'skipped', why: `${to.name}: ${messageOf(server)}` }
    if (isServer(server) && isBusy(server))
      return { kind: 'skipped', why: `${to.name} is under load: ${Math.round(server.busyMbps ?? 0)} Mbit/s` }
    const cap = rateMbps ?? (isServer(server) ? Math.round((server.linkMbps ?? 0) * shareOfLink) : 0)
    const ask = { kind: 'peer-probe', address: to.address, port: isServer(server) ? server.port : 0, loadMs, rateMbps: cap } as const
    const probe = await calls.document(from.id, ask, deadlineMs, peerProbe, bounded)
    return { kind: 'measured', probe: isServer(server) ? withPeer(probe, server) : withoutPeer(probe, to, server) }
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

/** What the far end knows of itself, put to what the near end measured. */
const withPeer = (probe: PeerProbe, { linkMbps, mtuBytes }: PeerServer): PeerProbe => {
  const rates = [probe.linkMbps, linkMbps].filter((mbps) => mbps !== null)
  return {
    ...probe,
    linkMbps: rates.length === 0 ? null : Math.min(...rates),
    mtu: probe.mtu && { ...probe.mtu, peerInterfaceBytes: mtuBytes },
  }
}

const withoutPeer = (probe: PeerProbe, to: MeshHost, error: unknown): PeerProbe => ({
  ...probe,
  problems: [...probe.problems, { code: 'looking.failed', params: { what: `iperf3 -s on ${to.name}`, message: messageOf(error) } }],
})
