/** A mesh as flows in one direction and as pairs, with what was expected of each. Pure. */
import type { Mesh, MeshCell, PeerProbe, Throughput } from '../../../shared/diagnosis/mesh.ts'

export interface Measured {
  readonly a: string
  readonly b: string
  readonly probe: PeerProbe
}

export interface Flow {
  readonly from: string
  readonly to: string
  readonly mbps: number
  /** Of the slower card; undefined where no kernel says it. */
  readonly linkMbps: number | undefined
  /** What was asked of iperf3 at most; undefined without a cap. */
  readonly capMbps: number | undefined
  /** Of one core, of the busier end; undefined where iperf3 did not say. */
  readonly cpuPercent: number | undefined
}

export const measured = (mesh: Mesh): readonly Measured[] =>
  mesh.cells.flatMap(({ from, to, probe }: MeshCell) => (probe === null ? [] : [{ a: from, b: to, probe }]))

/** Both directions of every pair that was loaded. */
export const flowsOf = ({ a, b, probe }: Measured): readonly Flow[] => [
  ...flow(a, b, probe, probe.forward),
  ...flow(b, a, probe, probe.reverse),
]

const flow = (from: string, to: string, { linkMbps, rateMbps }: PeerProbe, through: Throughput | null): readonly Flow[] => {
  if (through === null) return []
  const cpus = [through.senderCpuPercent, through.receiverCpuPercent].filter((percent) => percent !== null)
  return [
    {
      from,
      to,
      mbps: through.mbps,
      linkMbps: linkMbps ?? undefined,
      capMbps: rateMbps > 0 ? rateMbps : undefined,
      cpuPercent: cpus.length === 0 ? undefined : Math.max(...cpus),
    },
  ]
}

/** The middle of some figures; undefined without any. */
export const median = (figures: readonly number[]): number | undefined => {
  const sorted = figures.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle]
  if (upper === undefined) return undefined
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2
}

/** The figure at a share of the sorted ones, towards the nearer end: 0.25 is the lower quartile. Undefined without any. */
export const quantile = (figures: readonly number[], share: number): number | undefined => {
  const position = (figures.length - 1) * share
  return figures.toSorted((a, b) => a - b)[share < 0.5 ? Math.floor(position) : Math.ceil(position)]
}
