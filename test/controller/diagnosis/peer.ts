import type { Answerers } from '../../../shared/fleet/ask.ts'
import { answering, diagnosisOf, result } from './answers.ts'

const flow = { mbps: 9_400, retransmits: 0, senderCpuPercent: 10, receiverCpuPercent: 10 }

/** An agent that is well, and answers probes with the figures of a link that loses as many packets of a hundred as it is told. */
export const peerWithLoss = (lossPercent: () => number): Answerers => ({
  ...answering(() => diagnosisOf([result('network.cards')])),
  'peer-serve': async function* (_ask, signal) {
    yield Buffer.from(JSON.stringify({ port: 5201, linkMbps: 10_000, mtuBytes: 1_500, busyMbps: 0 }))
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  },
  'peer-probe': async function* () {
    const lost = lossPercent()
    const latency = { sent: 100, received: 100 - lost, lossPercent: lost, minMs: 0.1, averageMs: 0.2, maxMs: 0.3, deviationMs: 0.1 }
    const probe = {
      idle: latency,
      loaded: latency,
      after: latency,
      gateway: null,
      forward: flow,
      reverse: flow,
      mtu: null,
      linkMbps: 10_000,
      rateMbps: 9_000,
    }
    yield Buffer.from(JSON.stringify({ ...probe, problems: [], evidence: [] }))
  },
})
