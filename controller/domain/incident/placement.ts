/** Which replica runs where, as far as it was known when the events happened. */
export interface PlacedReplica {
  readonly deployment: string
  readonly host: string
  readonly gpuUuids: readonly string[]
}

/** By replica id. */
export type Placement = ReadonlyMap<string, PlacedReplica>
