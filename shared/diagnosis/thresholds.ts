import { z } from 'zod'

const above = (fallback: number, what: string) => z.number().positive().default(fallback).describe(what)
const percent = (fallback: number, what: string) => z.number().positive().max(100).default(fallback).describe(what)

/** Where a figure becomes a finding. Their sources stand in docs/diagnosis.md. */
export const thresholds = z.strictObject({
  hardwareSlowdownsPerMinute: above(0.6, 'Hardware slowdowns of a GPU over ten minutes. Idle and the software power cap are normal.'),
  pcieReplaysPerMinute: above(8, 'PCIe replays of a GPU.'),
  nvlinkCrcErrorsPerSecond: above(100, 'CRC errors of an NVLink.'),
  neighbourTablePercent: percent(80, 'Entries of the neighbour table, of gc_thresh3.'),
  conntrackPercent: percent(90, 'Entries of the connection tracking table, of its size.'),
  freeSpacePercent: percent(10, 'Free space, or free inodes, of the filesystem that models are on.'),
  bandwidthPercentOfLink: percent(80, 'Bandwidth between two hosts, of the rate of the slower card.'),
  rdmaSymbolErrorsPerHour: above(120, 'Symbol errors of an RDMA port.'),
  rdmaRecoveriesPerMinute: above(5, 'Link error recoveries of an RDMA port.'),
  roceSlowRestartsPerSecond: above(10, 'Slow restarts of a RoCE card.'),
})

export type Thresholds = z.output<typeof thresholds>
