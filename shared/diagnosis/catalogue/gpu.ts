/** What checks of this room can find, rule out and put on the timeline, with the parameters of each. */
export const gpuChecks = [] as const

export type GpuFindings = Record<never, never>
export type GpuCauses = Record<never, never>
export type GpuEvents = Record<never, never>
