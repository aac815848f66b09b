import { type LaunchWords, withFlag } from './launch-words.ts'
import type { Change } from './moves.ts'

/** The words of a launch with changes made to them, in their order. Pure. */
export const withChanges = (words: LaunchWords, changes: readonly Change[]): LaunchWords => {
  const variables = changes.filter(({ target }) => target === 'env').map(({ name, to }) => [name, to] as const)
  const flags = changes.filter(({ target }) => target === 'flag')
  const set = flags.reduce((changed, { name, to }) => withFlag(changed, name, to), words)
  return { ...set, env: { ...words.env, ...Object.fromEntries(variables) } }
}
