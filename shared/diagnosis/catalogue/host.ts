/** What checks of this room can find, rule out and put on the timeline, with the parameters of each. */
export const hostChecks = [] as const

export type HostFindings = Record<never, never>
export type HostCauses = Record<never, never>
export type HostEvents = Record<never, never>
