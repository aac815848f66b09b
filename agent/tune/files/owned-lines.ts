/** Files that are ours from the first line to the last. Pure. */

/**
 * What stays of such a file when Hostler takes its part back: what was there before, or, when someone wrote into it since, their lines. null: the
 * file goes.
 */
export const withoutOurLines = (current: string | null, before: string | null, ours: string): string | null => {
  if (current === null || current === ours) return before
  const own = new Set(ours.split('\n').map((line) => line.trim()))
  const theirs = current.split('\n').filter((line) => !own.has(line.trim()))
  return theirs.every((line) => line.trim() === '') ? before : `${theirs.join('\n').trim()}\n`
}
