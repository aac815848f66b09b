import { lookup } from 'node:dns/promises'
import { found } from '../../../../shared/diagnosis/found.ts'
import type { PathMtu } from '../../../../shared/diagnosis/mesh.ts'
import type { Check, CheckOutcome } from '../../check.ts'
import { deviceFacts } from '../../network/device.ts'
import { type MtuAnswer, pathMtu } from '../../network/path-mtu.ts'
import { routeTo } from '../../network/route.ts'
import { seen } from '../evidence.ts'

/** Pure. A router that says what it takes is no black hole: connections adapt. */
export const judgeMtu = (address: string, device: string, mtu: PathMtu, evidence: MtuAnswer['evidence']): CheckOutcome => {
  if (mtu.passes === true) return { findings: [], looked: evidence }
  const largestBytes = mtu.largestPassingBytes ?? 0
  const announced = mtu.announcedBytes !== null
  // When no size at all passes, the peer does not answer pings, which says nothing of sizes.
  if (largestBytes === 0 && !announced)
    return { findings: [], looked: [seen('ping', `${address} answers no ping, so nothing is known of sizes`)] }
  const params = { address, device, interfaceBytes: mtu.interfaceBytes, largestBytes, announced }
  return {
    findings: [found('network.path-mtu', announced ? 'INFO' : 'CRITICAL', { subject: `nic/${device}`, params, evidence })],
    looked: [],
  }
}

export const pathMtuToController: Check = {
  id: 'network.path-mtu',
  subject: 'network',
  deadlineMs: 30_000,
  run: async (context, signal) => {
    const { address } = await lookup(context.controllerHost)
    const routed = await routeTo(context, address, signal)
    const problem = (params: MtuAnswer['problem']): CheckOutcome => ({
      findings: params
        ? [
            {
              code: params.code,
              params: params.params,
              verdict: 'UNKNOWN',
              subject: 'host',
              confidence: 'certain',
              evidence: [],
              ruledOut: [],
            },
          ]
        : [],
      looked: [],
    })
    if (routed.kind === 'problem') return problem(routed.problem)
    const { device } = routed.route
    if (device === 'lo') return { findings: [], looked: [seen('ip route get', `the controller is on this host: ${address}`)] }
    const { mtuBytes } = await deviceFacts(context.files, device)
    if (mtuBytes === null) throw new Error(`the MTU of ${device} could not be read`)
    const answer = await pathMtu(context, address, mtuBytes, signal)
    return answer.problem ? problem(answer.problem) : judgeMtu(address, device, answer.mtu, answer.evidence)
  },
}
