import { z } from 'zod'

/** Where a figure becomes a finding. Configuration: `diagnosis.thresholds` of the agent; sources in docs/diagnosis.md. */
export const thresholds = z.strictObject({
  hardwareSlowdownsPerMinute: z.number().positive().default(0.6),
  pcieReplaysPerMinute: z.number().positive().default(8),
  nvlinkCrcErrorsPerSecond: z.number().positive().default(100),
  neighbourTablePercent: z.number().positive().max(100).default(80),
  conntrackPercent: z.number().positive().max(100).default(90),
  freeSpacePercent: z.number().positive().max(100).default(10),
  bandwidthPercentOfLink: z.number().positive().max(100).default(80),
  rdmaSymbolErrorsPerHour: z.number().positive().default(120),
  rdmaRecoveriesPerMinute: z.number().positive().default(5),
  roceSlowRestartsPerSecond: z.number().positive().default(10),
})

export type Thresholds = z.output<typeof thresholds>
