import type { Evidence } from '../../../shared/diagnosis/finding.ts'
import type { Throughput } from '../../../shared/diagnosis/mesh.ts'
import { parseIperf } from './iperf-output.ts'
import { failed, type Problem, printedBy, problem } from './problem.ts'
import type { NetworkTools } from './tools.ts'

export interface LoadOptions {
  /** This host's address in the fleet: the far end serves nobody else, and a route may prefer another one. */
  readonly source: string
  readonly address: string
  readonly port: number
  readonly direction: 'forward' | 'reverse'
  readonly loadMs: number
  /** 0: no cap. */
  readonly rateMbps: number
  /** iperf3 applies the cap to each. */
  readonly streams: number
}

export type Loaded =
  | { readonly kind: 'measured'; readonly throughput: Throughput; readonly evidence: Evidence }
  | { readonly kind: 'problem'; readonly problem: Problem }

const connectMs = 3_000
const graceMs = 6_000

export const iperfArguments = ({ source, address, port, direction, loadMs, rateMbps, streams }: LoadOptions): readonly string[] => [
  ...[
    '-c',
    address,
    '-B',
    source,
    '-p',
    `${port}`,
    '-t',
    `${Math.max(1, Math.round(loadMs / 1000))}`,
    '-J',
    '--connect-timeout',
    `${connectMs}`,
  ],
  ...(streams > 1 ? ['-P', `${streams}`] : []),
  ...(rateMbps > 0 ? ['-b', `${Math.max(1, Math.round((rateMbps * 1e6) / streams))}`] : []),
  ...(direction === 'reverse' ? ['-R'] : []),
]

/** Sends, or has sent, as much as the cap allows. Never rejects. */
export const load = async ({ run }: NetworkTools, options: LoadOptions, signal: AbortSignal): Promise<Loaded> => {
  const args = iperfArguments(options)
  const deadlineMs = options.loadMs + connectMs + graceMs
  const printed = printedBy('iperf3', await run('iperf3', args, deadlineMs, signal), deadlineMs)
  if (printed.kind === 'problem') return printed
  const result = parseIperf(printed.output, options.direction)
  switch (result.kind) {
    case 'failed':
      return { kind: 'problem', problem: failed('iperf3', result.message) }
    case 'unreadable':
      return { kind: 'problem', problem: problem('looking.unreadable', { what: 'iperf3' }) }
    case 'measured': {
      const { mbps, retransmits } = result.throughput
      const line = `received ${mbps.toFixed(1)} Mbit/s, ${retransmits ?? 'unknown'} retransmits`
      return { ...result, evidence: { source: `iperf3 ${args.join(' ')}`, lines: [line] } }
    }
  }
}
