export interface NamedSeed {
  readonly seed: number
  /** What was wrong when it was found. */
  readonly told: string
}

export const namedSeeds: readonly NamedSeed[] = [
  { seed: 54, told: 'a spec that an agent could not write, its disk being full, was not sent again when the disk had room' },
  { seed: 104, told: 'an inventory that changed while the hello was on its way was never told' },
]
