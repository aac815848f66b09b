/** Files that are ours from the first line to the last. Pure. */

/**
 * What stays of such a file when Hostler takes its part back: what was there before, or, when someone wrote into it since, their lines. null: the
 * file goes.
 */
export const withoutOurLines = (current: string | null, before: string | null, ours: string): string | null => {
  if (current === null || current === ours) return before
  const own = new Set(ours.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()])))
  const lines = current.split('\n')
  const theirs = lines.filter((line) => !own.has(line.trim()))
  if (theirs.length === lines.length) return current
  return theirs.every((line) => line.trim() === '') ? before : `${theirs.join('\n').trim()}\n`
}
