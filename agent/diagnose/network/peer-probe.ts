import type { Evidence } from '../../../shared/diagnosis/finding.ts'
import { found } from '../../../shared/diagnosis/found.ts'
import type { Latency, PeerProbe, Throughput } from '../../../shared/diagnosis/mesh.ts'
import { busyMbps, busyPercent, isBusy } from './busy.ts'
import { deviceFacts } from './device.ts'
import { load } from './load.ts'
import { pathMtu } from './path-mtu.ts'
import { type PingOptions, ping, pingArguments } from './ping.ts'
import type { Problem } from './problem.ts'
import { gatewayOf, type Route, routeTo } from './route.ts'
import type { NetworkTools } from './tools.ts'

export interface ProbeOptions {
  /** This host's own address in the fleet. */
  readonly source: string
  readonly address: string
  /** 0: idle latency, gateway and MTU. Otherwise: the load, with pings before, meanwhile and after. */
  readonly port: number
  /** Of each direction. */
  readonly loadMs: number
  /** 0: no cap. */
  readonly rateMbps: number
}

/** A hundred packets: one lost is one percent. */
const idle = { count: 100, intervalMs: 5, limitS: 3 } as const
/** Before a load: whether the peer is there at all. */
const quick = { count: 20, intervalMs: 5, limitS: 3 } as const
const loadedIntervalMs = 20
/** Beyond this, one stream is limited by one core before the card is. */
const severalStreamsMbps = 25_000

/** One of the two runs towards a peer: idle, or under load. What cannot be measured is null and named among the problems; never rejects. */
export const probePeer = async (tools: NetworkTools, options: ProbeOptions, signal: AbortSignal): Promise<PeerProbe> => {
  const { source, address, port, rateMbps } = options
  const problems: Problem[] = []
  const evidence: Evidence[] = []
  const measure = async (how: PingOptions): Promise<Latency | null> => {
    const pinged = await ping(tools, how, signal)
    if (pinged.lines.length > 0) evidence.push({ source: `ping ${pingArguments(how).join(' ')}`, lines: [...pinged.lines] })
    if (pinged.kind === 'measured') return pinged.latency
    addOnce(problems, pinged.problem)
    return null
  }

  const routed = await routeTo(tools, address, signal)
  if (routed.kind === 'problem') problems.push(routed.problem)
  const route: Route | undefined = routed.kind === 'route' ? routed.route : undefined
  const facts = route === undefined ? undefined : await deviceFacts(tools.files, route.device)
  const linkMbps = facts?.linkMbps ?? null
  const busy = route === undefined || port === 0 ? null : await busyMbps(tools.files, route.device, signal)
  const before = await measure({ ...(port === 0 ? idle : quick), address })
  const hop = route === undefined || port !== 0 ? undefined : await gatewayOf(tools, route, signal)
  const gateway = hop === undefined ? null : await measure({ ...idle, address: hop })

  let loaded: Latency | null = null
  let flows: Flows = { forward: null, reverse: null }
  let after: Latency | null = null
  if (isBusy(busy, linkMbps)) {
    const params = { device: route?.device ?? '', mbps: Math.round(busy ?? 0), linkMbps: linkMbps ?? 0, percent: busyPercent }
    problems.push(asProblem(found('network.busy', 'UNKNOWN', { subject: `nic/${route?.device}`, params, evidence: [] })))
  } else if (port !== 0 && before !== null && before.received > 0) {
    const count = Math.max(10, Math.round((options.loadMs * 2) / loadedIntervalMs))
    const meanwhile = { address, count, intervalMs: loadedIntervalMs, limitS: Math.ceil((options.loadMs * 2) / 1000) + 1 }
    const streams = (rateMbps || linkMbps || 0) >= severalStreamsMbps ? 4 : 1
    ;[flows, loaded] = await Promise.all([
      bothWays(tools, { source, address, port, loadMs: options.loadMs, rateMbps, streams }, { problems, evidence }, signal),
      measure(meanwhile),
    ])
    after = await measure({ ...idle, address })
  }

  const mtuBytes = port === 0 ? (facts?.mtuBytes ?? null) : null
  const sized = mtuBytes === null || !before?.received ? undefined : await pathMtu(tools, address, mtuBytes, signal)
  if (sized?.problem) addOnce(problems, sized.problem)
  evidence.push(...(sized?.evidence ?? []))
  return { idle: before, loaded, after, gateway, ...flows, mtu: sized?.mtu ?? null, linkMbps, rateMbps, problems, evidence }
}

interface Flows {
  readonly forward: Throughput | null
  readonly reverse: Throughput | null
}

const bothWays = async (
  tools: NetworkTools,
  options: Omit<Parameters<typeof load>[1], 'direction'>,
  { problems, evidence }: { readonly problems: Problem[]; readonly evidence: Evidence[] },
  signal: AbortSignal,
): Promise<Flows> => {
  const way = async (direction: 'forward' | 'reverse'): Promise<Throughput | null> => {
    const loaded = await load(tools, { ...options, direction }, signal)
    if (loaded.kind === 'measured') {
      evidence.push(loaded.evidence)
      return loaded.throughput
    }
    addOnce(problems, loaded.problem)
    return null
  }
  const forward = await way('forward')
  return { forward, reverse: await way('reverse') }
}

const addOnce = (problems: Problem[], added: Problem): void => {
  if (!problems.some((known) => JSON.stringify(known) === JSON.stringify(added))) problems.push(added)
}

const asProblem = ({ code, params }: { readonly code: string; readonly params: Problem['params'] }): Problem => ({ code, params })
