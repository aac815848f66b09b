import type { CommandContext } from '../context.ts'
import type { Applied } from '../link/control-link.ts'
import { type Awaited, awaitedLine, awaitRollout } from '../progress/conclude.ts'
import { isForPeople } from './format.ts'
import { structured } from './structured.ts'

export interface Waiting {
  readonly wait: boolean
  readonly timeoutMs: number
}

/** Says what was applied, waits for it when asked to, and says how it ended; `verb` is what happened to each, for people. */
export const reportApplied = async (
  context: CommandContext,
  applied: readonly Applied[],
  verb: (each: Applied) => string,
  { wait, timeoutMs }: Waiting,
): Promise<void> => {
  const { output } = context
  const forPeople = isForPeople(output)
  if (forPeople) context.print(...applied.map((each) => `deployment ${each.deployment} ${verb(each)} (revision ${each.revision})`))
  for (const each of applied) context.note(...each.notes.map((note) => `note: ${each.deployment}: ${note}`))
  let awaited: readonly Awaited[] = []
  if (wait) {
    const ended = await awaitRollout(
      context,
      applied.map(({ deployment, revision }) => ({ deployment, revision })),
      timeoutMs,
    )
    if (ended === undefined) return
    awaited = ended
    if (forPeople) context.print(...awaited.map(awaitedLine))
  }
  const items = applied.map((each) => ({ ...each, ...awaited.find(({ deployment }) => deployment === each.deployment) }))
  if (output === 'json' || output === 'yaml') context.print(structured({ items }, output))
  if (output === 'name') context.print(...applied.map(({ deployment }) => deployment))
}
