/** The command tree as completion needs it: words and flags at each place. Pure. */
import type { Argument, Command, Option } from 'commander'

/** What to complete at a place where a name is expected. */
export type NameKind = 'deployments' | 'replicas' | 'hosts' | 'groups' | 'profiles'

export interface FlagNode {
  readonly flags: readonly string[]
  readonly description: string
  readonly takesValue: boolean
  readonly values: readonly string[]
  readonly takesFile: boolean
  /** What the value names. */
  readonly names?: NameKind | undefined
}

export interface CommandNode {
  /** Words from the root, without `hostler`; empty for the root itself. */
  readonly path: readonly string[]
  readonly description: string
  readonly children: readonly { readonly word: string; readonly description: string }[]
  readonly flags: readonly FlagNode[]
  /** Fixed words of the first argument. */
  readonly words: readonly string[]
  /** What the arguments name. */
  readonly names: readonly NameKind[]
}

const namedBy: Readonly<Record<string, NameKind>> = { '--profile': 'profiles', '--group': 'groups' }

const flagOf = (option: Option): FlagNode => ({
  flags: [option.short, option.long].filter((flag) => flag !== undefined && flag !== null),
  description: option.description,
  takesValue: option.required || option.optional,
  values: option.argChoices ?? [],
  takesFile: /<(file|director)/.test(option.flags),
  names: namedBy[option.long ?? ''],
})

const namesOf = (args: readonly Argument[]): readonly NameKind[] => {
  const text = args.map((argument) => argument.name()).join(' ')
  return [
    ...(/deployment|kind-or-name|^name|target/.test(text) ? ['deployments' as const] : []),
    ...(/replica|kind-or-name|target/.test(text) ? ['replicas' as const] : []),
    ...(/host|kind-or-name|target/.test(text) ? ['hosts' as const] : []),
  ]
}

const nodeOf = (command: Command, path: readonly string[]): CommandNode => ({
  path,
  description: command.description(),
  children: command.commands.map((child) => ({ word: child.name(), description: child.description() })),
  flags: [
    ...command.options.map(flagOf),
    { flags: ['-h', '--help'], description: 'show help', takesValue: false, values: [], takesFile: false },
    ...(path.length === 0 ? [] : rootFlags(command)),
  ],
  words: command.registeredArguments.flatMap((argument) => argument.argChoices ?? []),
  names: namesOf(command.registeredArguments),
})

/** Options of `hostler` itself are taken after any command too, apart from its version. */
const rootFlags = (command: Command): FlagNode[] => {
  let root = command
  while (root.parent) root = root.parent
  return root.options.filter(({ long }) => long !== '--version').map(flagOf)
}

/** Every command, the root first, parents before children. */
export const commandNodes = (command: Command, path: readonly string[] = []): readonly CommandNode[] => [
  nodeOf(command, path),
  ...command.commands.flatMap((child) => commandNodes(child, [...path, child.name()])),
]
