/** Which pairs have which symptom. Pure. */
import type { Symptom } from '../../../shared/diagnosis/catalogue/network-mesh.ts'
import type { Thresholds } from '../../../shared/diagnosis/thresholds.ts'
import { type Flow, flowsOf, type Measured, quantile } from './flows.ts'

export interface Judged {
  readonly a: string
  readonly b: string
  readonly bad: boolean
  /** In the symptom's unit, of the worse direction; and what would be right. */
  readonly measured: number
  readonly expected: number
  /** Of slow only: which directions are. */
  readonly there: boolean
  readonly back: boolean
  readonly cpuPercent: number | undefined
}

export type MeshThresholds = Pick<Thresholds, 'bandwidthPercentOfLink' | 'packetLossPercent'>

/** A core this busy was the limit, not the link. */
const fullCorePercent = 90
/** A flow that nothing hinders comes this close to its cap. */
const shareOfCap = 0.9
/** Without a known rate, a flow is slow at less than half of what is usual. */
const shareOfUsual = 0.5
/** Of a few hosts, one bad one touches most pairs: the usual is what the better quarter does. Below this many milliseconds more, nobody would notice. */
const timesUsual = 5
const noticedMs = 5

const both = { there: true, back: true, cpuPercent: undefined } as const

export const isCpuBound = ({ cpuPercent }: Flow): boolean => cpuPercent !== undefined && cpuPercent >= fullCorePercent

/** The rate of the link, or the cap if that is less; undefined when neither is known. */
const boundOf = ({ linkMbps, capMbps }: Flow): number | undefined =>
  linkMbps === undefined ? capMbps : Math.min(linkMbps, capMbps ?? linkMbps)

/** What each pair shows of a symptom; pairs that say nothing of it are left out. */
export const judgements: {
  readonly [Kind in Symptom]: (pairs: readonly Measured[], thresholds: MeshThresholds) => readonly Judged[]
} = {
  unreachable: (pairs) =>
    pairs.flatMap(({ a, b, probe: { idle } }) =>
      idle === null || idle.sent === 0 ? [] : [{ a, b, bad: idle.received === 0, measured: idle.lossPercent, expected: 0, ...both }],
    ),
  // Of the ping before the load alone: a queue that a load has filled takes a while to drain, and other pairs load what is shared.
  loss: (pairs, { packetLossPercent }) =>
    reachable(pairs).map(({ a, b, probe: { idle } }) => {
      const lost = idle?.lossPercent ?? 0
      return { a, b, bad: lost > packetLossPercent, measured: lost, expected: 0, ...both }
    }),
  mtu: (pairs) =>
    reachable(pairs).flatMap(({ a, b, probe: { mtu } }) => {
      if (mtu === null || mtu.passes === null || mtu.announcedBytes !== null) return []
      // Hosts that are set differently are told of by themselves.
      if (mtu.peerInterfaceBytes !== null && mtu.peerInterfaceBytes !== mtu.interfaceBytes) return []
      return [{ a, b, bad: !mtu.passes, measured: mtu.largestPassingBytes ?? 0, expected: mtu.interfaceBytes, ...both }]
    }),
  slow: (pairs, { bandwidthPercentOfLink }) => {
    const flows = pairs.map((pair) => ({ pair, flows: flowsOf(pair).filter((flow) => !isCpuBound(flow)) }))
    const unbounded = flows.flatMap((each) => each.flows.filter((flow) => boundOf(flow) === undefined).map(({ mbps }) => mbps))
    const usual = quantile(unbounded, 0.75) ?? 0
    const least = (flow: Flow): number => {
      const { linkMbps = Number.POSITIVE_INFINITY, capMbps = Number.POSITIVE_INFINITY } = flow
      if (boundOf(flow) === undefined) return usual * shareOfUsual
      return Math.min((linkMbps * bandwidthPercentOfLink) / 100, capMbps * shareOfCap)
    }
    return flows.flatMap(({ pair: { a, b }, flows }) => {
      const [worst] = flows.toSorted((one, other) => one.mbps - other.mbps)
      if (worst === undefined) return []
      const slow = flows.filter((flow) => flow.mbps < least(flow))
      const cpus = flows.flatMap(({ cpuPercent }) => cpuPercent ?? [])
      return [
        {
          ...{ a, b, bad: slow.length > 0, measured: worst.mbps, expected: boundOf(worst) ?? usual },
          ...{ there: slow.some(({ from }) => from === a), back: slow.some(({ from }) => from === b) },
          cpuPercent: cpus.length === 0 ? undefined : Math.max(...cpus),
        },
      ]
    })
  },
  latency: (pairs) => {
    const times = reachable(pairs).flatMap(({ a, b, probe: { idle } }) => {
      const ms = idle?.averageMs ?? undefined
      return ms === undefined ? [] : [{ a, b, ms }]
    })
    const usual =
      quantile(
        times.map(({ ms }) => ms),
        0.25,
      ) ?? 0
    const limit = Math.max(usual * timesUsual, usual + noticedMs)
    return times.map(({ a, b, ms }) => ({ a, b, bad: ms > limit, measured: ms, expected: usual, ...both }))
  },
}

const reachable = (pairs: readonly Measured[]): readonly Measured[] => pairs.filter(({ probe: { idle } }) => (idle?.received ?? 0) > 0)
