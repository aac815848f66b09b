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
  readLatencyMs: above(50, 'Mean time of a read from a disk that models are on; four times as much where it rotates.'),
  memoryAvailablePercent: percent(5, 'Memory that is available, of all.'),
  pressurePercent: percent(10, 'Share of the last five minutes in which work stood still for want of memory, or for want of a processor.'),
  cpuThrottledPercent: percent(10, 'Periods in which a container used up its share of the processors, of all.'),
  openFilesPercent: percent(80, 'Files that a replica has open, of as many as it may.'),
  bandwidthPercentOfLink: percent(80, 'Bandwidth between two hosts, of the rate of the slower card.'),
  packetLossPercent: percent(1, 'Packets lost on an idle network, of a hundred sent.'),
  rdmaSymbolErrorsPerHour: above(120, 'Symbol errors of an RDMA port.'),
  rdmaRecoveriesPerMinute: above(5, 'Link error recoveries of an RDMA port.'),
  roceSlowRestartsPerSecond: above(10, 'Slow restarts of a RoCE card.'),
})

export type Thresholds = z.output<typeof thresholds>
