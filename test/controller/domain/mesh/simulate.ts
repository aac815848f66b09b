import { rounds } from '../../../../controller/domain/mesh/rounds.ts'
import type { Latency, Mesh, PeerProbe, Throughput } from '../../../../shared/diagnosis/mesh.ts'

/** What a path does, in one direction. */
export interface Path {
  readonly mbps: number
  readonly lossPercent: number
  readonly latencyMs: number
  readonly mtuBytes: number
}

export const wellPath: Path = { mbps: 9_400, lossPercent: 0, latencyMs: 0.1, mtuBytes: 9_000 }
export const linkMbps = 10_000

const latencyOf = (path: Path, back: Path, noise: () => number): Latency => {
  const sent = 100
  const lost = Math.round(Math.min(100, path.lossPercent + back.lossPercent))
  const averageMs = (path.latencyMs + back.latencyMs) * (1 + 0.3 * noise())
  const answered = lost < sent
  return {
    sent,
    received: sent - lost,
    lossPercent: lost,
    minMs: answered ? averageMs * 0.8 : null,
    averageMs: answered ? averageMs : null,
    maxMs: answered ? averageMs * 3 : null,
    deviationMs: answered ? averageMs * 0.2 : null,
  }
}

const throughputOf = (path: Path, noise: () => number): Throughput => ({
  mbps: path.mbps * (1 - 0.08 * noise()),
  retransmits: Math.round(noise() * 20),
  senderCpuPercent: 40 + 10 * noise(),
  receiverCpuPercent: 50 + 10 * noise(),
})

/** A mesh as it would be measured, of hosts between which `path` says what each direction does. `noise` gives 0 to 1. */
export const simulate = (
  hosts: readonly string[],
  path: (from: string, to: string) => Path,
  noise: () => number,
  mtuOf: (host: string) => number = () => wellPath.mtuBytes,
): Mesh => {
  const plan = rounds(hosts)
  const probe = (from: string, to: string): PeerProbe => {
    const there = path(from, to)
    const back = path(to, from)
    const idle = latencyOf(there, back, noise)
    const reached = idle.received > 0
    const passes = Math.min(there.mtuBytes, back.mtuBytes)
    return {
      idle,
      loaded: reached ? idle : null,
      after: reached ? idle : null,
      gateway: null,
      forward: reached ? throughputOf(there, noise) : null,
      reverse: reached ? throughputOf(back, noise) : null,
      mtu: reached
        ? {
            interfaceBytes: mtuOf(from),
            peerInterfaceBytes: mtuOf(to),
            passes: passes >= mtuOf(from),
            largestPassingBytes: Math.min(passes, mtuOf(from)),
            announcedBytes: null,
          }
        : null,
      linkMbps,
      rateMbps: 0,
      problems: [],
      evidence: [],
    }
  }
  return {
    hosts: [...hosts],
    rounds: plan.length,
    cells: plan.flatMap((pairs, round) =>
      pairs.map(({ from, to }) => ({ from, to, round: round + 1, probe: probe(from, to), skipped: '' })),
    ),
  }
}
