import { found } from '../../../../shared/diagnosis/found.ts'
import type { Latency } from '../../../../shared/diagnosis/mesh.ts'
import type { Check, CheckOutcome } from '../../check.ts'
import { ping } from '../../network/ping.ts'
import { parseRoutes } from '../../network/route.ts'
import { seen } from '../evidence.ts'
import { ended, missingProgram } from '../program.ts'
import { parseNeighbours } from './neighbour-states.ts'

const ipDeadlineMs = 5_000
const pings = { count: 100, intervalMs: 20, limitS: 5 } as const

export interface GatewaySeen {
  readonly gateway: string
  readonly device: string
  readonly latency: Latency
  /** Its hardware address is known. */
  readonly resolved: boolean
  readonly lines: readonly string[]
}

/** Pure. A gateway that never answers and yet resolves may just be told not to answer. */
export const judgeGateway = ({ gateway, device, latency, resolved, lines }: GatewaySeen, thresholdPercent: number): CheckOutcome => {
  const evidence = [seen(`ping ${gateway}`, lines)]
  const about = { subject: `nic/${device}`, evidence }
  if (latency.received === 0)
    return {
      findings: [found('network.gateway-silent', resolved ? 'INFO' : 'CRITICAL', { ...about, params: { gateway, device, resolved } })],
      looked: [],
    }
  if (latency.lossPercent <= thresholdPercent) return { findings: [], looked: evidence }
  const { lossPercent } = latency
  const params = { gateway, lossPercent, thresholdPercent }
  return {
    findings: [found('network.gateway-loss', lossPercent >= 10 ? 'CRITICAL' : 'WARNING', { ...about, params })],
    looked: [],
  }
}

export const gateway: Check = {
  id: 'network.gateway',
  subject: 'network',
  deadlineMs: 20_000,
  run: async (context, signal) => {
    const run = await context.run('ip', ['-j', 'route', 'show', 'default'], ipDeadlineMs, signal)
    if (run.kind === 'not-started') return missingProgram('ip', 'iproute2')
    const route = parseRoutes(ended('ip -j route show default', run).trim() || '[]')?.find((each) => each.gateway !== undefined)
    if (route?.gateway === undefined) return { findings: [], looked: [seen('ip -j route show default', 'no gateway')] }
    const pinged = await ping(context, { ...pings, address: route.gateway }, signal)
    if (pinged.kind === 'problem') {
      const { code, params } = pinged.problem
      return {
        findings: [{ code, verdict: 'UNKNOWN', subject: 'host', params, confidence: 'certain', evidence: [], ruledOut: [] }],
        looked: [],
      }
    }
    const known = await context.run('ip', ['-j', 'neighbour', 'show', route.gateway], ipDeadlineMs, signal)
    const resolved =
      known.kind === 'exited' && (parseNeighbours(known.output) ?? []).some(({ mac, states }) => mac !== '' && !states.includes('FAILED'))
    const { latency, lines } = pinged
    return judgeGateway({ gateway: route.gateway, device: route.device, latency, resolved, lines }, context.thresholds.packetLossPercent)
  },
}
