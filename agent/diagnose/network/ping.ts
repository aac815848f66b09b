import type { Latency } from '../../../shared/diagnosis/mesh.ts'
import { parseAnnouncedMtu, parsePing } from './ping-output.ts'
import { failed, type Problem, printedBy, problem } from './problem.ts'
import type { NetworkTools } from './tools.ts'

export interface PingOptions {
  readonly address: string
  readonly count: number
  /** Below 200 ms only root may with most versions of ping. */
  readonly intervalMs: number
  /** After which ping ends by itself, replies or not; whole seconds. */
  readonly limitS: number
  /** A whole packet of this size that must not be fragmented. */
  readonly unfragmentedBytes?: number
}

export type Pinged =
  | { readonly kind: 'measured'; readonly latency: Latency; readonly announcedMtu: number | undefined; readonly lines: readonly string[] }
  | { readonly kind: 'problem'; readonly problem: Problem; readonly lines: readonly string[] }

const graceMs = 2_000
const icmpHeaderBytes = 8

export const ipHeaderBytes = (address: string): number => (address.includes(':') ? 40 : 20)

/** What to ask ping for so that the whole packet has a size. */
export const payloadBytes = (address: string, packetBytes: number): number => packetBytes - ipHeaderBytes(address) - icmpHeaderBytes

export const pingArguments = ({ address, count, intervalMs, limitS, unfragmentedBytes }: PingOptions): readonly string[] => [
  // Under -q the MTU that a router names is not printed.
  ...(unfragmentedBytes === undefined ? ['-q'] : []),
  ...['-n', '-c', `${count}`, '-i', `${intervalMs / 1000}`, '-w', `${limitS}`],
  ...(unfragmentedBytes === undefined ? [] : ['-M', 'do', '-s', `${payloadBytes(address, unfragmentedBytes)}`]),
  address,
]

/** What ping says to users who are not root: older versions let only root go below 200 ms, newer ones below 2 ms. */
const tooQuick = /minimal interval|cannot flood/
const slower = { intervalMs: 200, count: 10 } as const

/** Pings. No reply at all is a measurement too. One who may not ping as often pings fewer packets. Never rejects. */
export const ping = async (tools: NetworkTools, options: PingOptions, signal: AbortSignal): Promise<Pinged> => {
  const first = await pingOnce(tools, options, signal)
  if (first.kind === 'measured' || options.intervalMs >= slower.intervalMs || !tooQuick.test(first.lines.join('\n'))) return first
  return pingOnce(tools, { ...options, ...slower, count: Math.min(slower.count, options.count) }, signal)
}

const pingOnce = async ({ run }: NetworkTools, options: PingOptions, signal: AbortSignal): Promise<Pinged> => {
  const deadlineMs = options.limitS * 1000 + graceMs
  const printed = printedBy('ping', await run('ping', pingArguments(options), deadlineMs, signal), deadlineMs)
  if (printed.kind === 'problem') return { ...printed, lines: [] }
  const lines = printed.output.split('\n').filter((line) => line !== '')
  const latency = parsePing(printed.output)
  if (latency !== undefined) return { kind: 'measured', latency, announcedMtu: parseAnnouncedMtu(printed.output), lines }
  // 0: replies, 1: none, 2: it could not even try.
  const first = lines.find((line) => line.startsWith('ping: ') || line.startsWith('connect: '))
  const why = first === undefined ? problem('looking.unreadable', { what: 'ping' }) : failed('ping', first.replace(/^ping: /, ''))
  return { kind: 'problem', problem: why, lines: lines.slice(0, 5) }
}
