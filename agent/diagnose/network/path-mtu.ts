import type { Evidence } from '../../../shared/diagnosis/finding.ts'
import type { PathMtu } from '../../../shared/diagnosis/mesh.ts'
import { ipHeaderBytes, ping, pingArguments } from './ping.ts'
import type { Problem } from './problem.ts'
import type { NetworkTools } from './tools.ts'

export interface MtuAnswer {
  readonly mtu: PathMtu
  readonly problem: Problem | undefined
  readonly evidence: readonly Evidence[]
}

/** What an IPv4 router must carry whole; below it nothing is looked for. */
const leastBytes = (address: string): number => (ipHeaderBytes(address) === 40 ? 1280 : 576)
const probe = { count: 3, intervalMs: 50, limitS: 1 } as const

/**
 * Whether a packet as large as the interface allows arrives in one piece, and if not, the largest that does: by halving, so at most
 * 14 pings of a second each. Nothing said of a size that was lost because the peer does not answer at all.
 */
export const pathMtu = async (tools: NetworkTools, address: string, interfaceBytes: number, signal: AbortSignal): Promise<MtuAnswer> => {
  const evidence: Evidence[] = []
  const base = { interfaceBytes, peerInterfaceBytes: null, announcedBytes: null }
  let announcedBytes: number | null = null
  const passes = async (bytes: number): Promise<boolean | Problem> => {
    const options = { ...probe, address, unfragmentedBytes: bytes }
    const pinged = await ping(tools, options, signal)
    if (pinged.lines.length > 0) evidence.push({ source: `ping ${pingArguments(options).join(' ')}`, lines: [...pinged.lines] })
    if (pinged.kind === 'problem') return pinged.problem
    if (pinged.announcedMtu !== undefined && pinged.announcedMtu < interfaceBytes) announcedBytes = pinged.announcedMtu
    return pinged.latency.received > 0
  }

  const whole = await passes(interfaceBytes)
  if (typeof whole !== 'boolean') return { mtu: { ...base, passes: null, largestPassingBytes: null }, problem: whole, evidence }
  if (whole) return { mtu: { ...base, passes: true, largestPassingBytes: interfaceBytes }, problem: undefined, evidence }

  let largest = leastBytes(address)
  let tooLarge = interfaceBytes
  if (tooLarge <= largest || (await passes(largest)) !== true)
    return {
      mtu: { ...base, announcedBytes, passes: false, largestPassingBytes: null },
      problem: undefined,
      evidence: evidence.slice(0, 2),
    }
  while (tooLarge - largest > 1 && !signal.aborted) {
    const middle = Math.floor((largest + tooLarge) / 2)
    if ((await passes(middle)) === true) largest = middle
    else tooLarge = middle
  }
  // The first, which failed, and the last two, which enclose the limit.
  const telling = [...evidence.slice(0, 1), ...evidence.slice(-2)]
  return { mtu: { ...base, announcedBytes, passes: false, largestPassingBytes: largest }, problem: undefined, evidence: telling }
}
