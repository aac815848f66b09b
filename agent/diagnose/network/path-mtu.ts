import type { Evidence } from '../../../shared/diagnosis/finding.ts'
import type { PathMtu } from '../../../shared/diagnosis/mesh.ts'
import { ipHeaderBytes, payloadBytes, ping, pingArguments } from './ping.ts'
import type { Problem } from './problem.ts'
import type { NetworkTools } from './tools.ts'

export interface MtuAnswer {
  readonly mtu: PathMtu
  readonly problem: Problem | undefined
  readonly evidence: readonly Evidence[]
}

/** What an IPv4 router must carry whole; below it nothing is looked for. */
const leastBytes = (address: string): number => (ipHeaderBytes(address) === 40 ? 1280 : 576)
/** Up to seven sizes between two, evenly. */
const between = (low: number, high: number): readonly number[] => {
  const step = Math.max(1, (high - low) / 8)
  const sizes = Array.from({ length: 7 }, (_, index) => Math.floor(low + step * (index + 1)))
  return [...new Set(sizes)].filter((bytes) => bytes > low && bytes < high)
}

const probe = { count: 3, intervalMs: 50, limitS: 1 } as const

/**
 * Whether a packet as large as the interface allows arrives in one piece, and if not, the largest that does. What is lost takes a second to be
 * known, so several sizes are tried at once: at most six seconds for 9000 bytes. Nothing is said of sizes when the peer does not answer at all.
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
    const sizes = between(largest, tooLarge)
    const passed = await Promise.all(sizes.map(async (bytes) => ({ bytes, passes: (await passes(bytes)) === true })))
    largest = Math.max(largest, ...passed.filter((tried) => tried.passes).map(({ bytes }) => bytes))
    tooLarge = Math.min(tooLarge, ...passed.filter((tried) => !tried.passes && tried.bytes > largest).map(({ bytes }) => bytes))
  }
  // The first, which failed, and the two that enclose the limit.
  const sized = (bytes: number) => evidence.filter(({ source }) => source.includes(` -s ${payloadBytes(address, bytes)} `)).slice(0, 1)
  const telling = [...evidence.slice(0, 1), ...sized(largest), ...(tooLarge < interfaceBytes ? sized(tooLarge) : [])]
  return { mtu: { ...base, announcedBytes, passes: false, largestPassingBytes: largest }, problem: undefined, evidence: telling }
}
