/** What checks of this room can find, rule out and put on the timeline, with the parameters of each. */
import type { EngineEvents } from './engine.ts'

export const oomChecks = [] as const

export type OomFindings = Record<never, never>
export type OomCauses = Record<never, never>
export type OomEvents = EngineEvents
