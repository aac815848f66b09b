/** What checks of this room can find, rule out and put on the timeline, with the parameters of each. */
export const storageChecks = [] as const

export type StorageFindings = Record<never, never>
export type StorageCauses = Record<never, never>
export type StorageEvents = Record<never, never>
