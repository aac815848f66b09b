/** A promise of the design that did not hold. */
export class Violation extends Error {
  readonly property: string

  constructor(property: string, seen: string) {
    super(`${property}: ${seen}`)
    this.name = 'Violation'
    this.property = property
  }
}

export const must = (holds: boolean, property: string, seen: () => string): void => {
  if (!holds) throw new Violation(property, seen())
}
