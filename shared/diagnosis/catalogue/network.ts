/** What checks of this room can find, rule out and put on the timeline, with the parameters of each. */
export const networkChecks = [] as const

export type NetworkFindings = Record<never, never>
export type NetworkCauses = Record<never, never>
export type NetworkEvents = Record<never, never>
