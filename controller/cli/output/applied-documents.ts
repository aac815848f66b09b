import type { CommandContext } from '../context.ts'
import type { Applied } from '../link/control-link.ts'
import { type Awaited, awaitedLine, awaitRollout } from '../progress/conclude.ts'
import type { AppliedResource } from '../view/tuning.ts'
import type { Waiting } from './applied.ts'
import { isForPeople } from './format.ts'
import { structured } from './structured.ts'

const words: Readonly<Record<string, string>> = {
  Host: 'host',
  HostGroup: 'group',
  TuningProfile: 'profile',
  AlertRule: 'rule',
  AlertReceiver: 'receiver',
  Deployment: 'deployment',
}

/** One shape for all kinds, as `-o json` shows it. */
interface Item extends AppliedResource {
  /** Of a deployment. */
  readonly revision?: number
}

const itemsOf = (resources: readonly AppliedResource[], deployments: readonly Applied[]): readonly Item[] => [
  ...resources,
  ...deployments.map(({ deployment, revision, created, changed, notes }) => ({
    kind: 'Deployment',
    name: deployment,
    revision,
    created,
    changed,
    notes,
  })),
]

/** Says what was applied, waits for its deployments when asked to, and says how they ended. */
export const reportDocuments = async (
  context: CommandContext,
  applied: { readonly resources: readonly AppliedResource[]; readonly deployments: readonly Applied[] },
  { dryRun, wait, timeoutMs }: Waiting & { readonly dryRun: boolean },
): Promise<void> => {
  const { output } = context
  const items = itemsOf(applied.resources, applied.deployments)
  const called = ({ kind, name }: Item) => `${words[kind] ?? kind} ${name}`
  if (isForPeople(output)) {
    for (const item of items) {
      const verb = item.created ? 'created' : item.changed ? 'changed' : 'unchanged'
      const revision = item.revision === undefined ? '' : ` (revision ${item.revision})`
      context.print(`${called(item)} ${dryRun ? `would be ${verb}` : verb}${revision}`)
    }
  }
  for (const item of items) context.note(...item.notes.map((note) => `note: ${called(item)}: ${note}`))
  let awaited: readonly Awaited[] = []
  if (wait && applied.deployments.length > 0) {
    const ended = await awaitRollout(
      context,
      applied.deployments.map(({ deployment, revision }) => ({ deployment, revision })),
      timeoutMs,
    )
    if (ended === undefined) return
    awaited = ended
    if (isForPeople(output)) context.print(...awaited.map(awaitedLine))
  }
  if (output === 'json' || output === 'yaml') {
    const ends = (item: Item) => (item.kind === 'Deployment' ? awaited.find(({ deployment }) => deployment === item.name) : undefined)
    context.print(structured({ items: items.map((item) => ({ ...item, ...ends(item) })) }, output))
  }
  if (output === 'name') context.print(...items.map(({ kind, name }) => `${words[kind] ?? kind}/${name}`))
}
