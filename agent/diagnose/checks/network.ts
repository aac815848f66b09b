import type { Check } from '../check.ts'

/** The checks of this subject, in the order in which a report shows them. To add one: write its file, and put it here. */
export const networkChecks: readonly Check[] = []
