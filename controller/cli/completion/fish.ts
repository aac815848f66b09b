import type { CommandNode, FlagNode } from './tree.ts'

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

const flagLine = (condition: string, flag: FlagNode): string => {
  const names = flag.flags.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`)).join(' ')
  const value = !flag.takesValue
    ? ''
    : flag.values.length > 0
      ? ` -x -a ${quoted(flag.values.join(' '))}`
      : flag.names !== undefined
        ? ` -x -a ${quoted(`(hostler get ${flag.names} -o name --timeout 2s 2>/dev/null)`)}`
        : flag.takesFile
          ? ' -r -F'
          : ' -x'
  return `complete -c hostler -n ${quoted(condition)} ${names}${value} -d ${quoted(flag.description)}`
}

const linesOf = ({ path, children, flags, words, names }: CommandNode): string[] => {
  const condition = `__hostler_at ${path.length === 0 ? '""' : quoted(path.join(' '))}`
  return [
    ...children.map(
      ({ word, description }) => `complete -c hostler -f -n ${quoted(condition)} -a ${quoted(word)} -d ${quoted(description)}`,
    ),
    ...(words.length === 0 ? [] : [`complete -c hostler -f -n ${quoted(condition)} -a ${quoted(words.join(' '))}`]),
    ...names.map(
      (kind) => `complete -c hostler -f -n ${quoted(condition)} -a ${quoted(`(hostler get ${kind} -o name --timeout 2s 2>/dev/null)`)}`,
    ),
    ...flags.map((flag) => flagLine(condition, flag)),
  ]
}

/** A completion script for fish. */
export const fishCompletion = (nodes: readonly CommandNode[]): string => {
  const paths = nodes.filter(({ path }) => path.length > 0).map(({ path }) => quoted(path.join(' ')))
  return `# fish completion for hostler. To keep it: hostler completion fish > ~/.config/fish/completions/hostler.fish

function __hostler_at
    set -l path ''
    for word in (commandline -opc)[2..-1]
        string match -q -- '-*' $word; and continue
        set -l next (string trim -- "$path $word")
        contains -- $next ${paths.join(' ')}; and set path $next
    end
    test "$path" = "$argv[1]"
end

complete -c hostler -f
${nodes.flatMap(linesOf).join('\n')}
`
}
