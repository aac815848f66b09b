import type { CommandNode } from './tree.ts'

const quoted = (words: readonly string[]): string => `'${words.join(' ').replaceAll("'", "'\\''")}'`

const caseOf = ({ path, children, flags, words, names }: CommandNode): string => {
  const kinds = names.map((kind) => ` $(__hostler_names ${kind})`).join('')
  return `    '${path.join(' ')}') words=${quoted([...children.map(({ word }) => word), ...words])}; flags=${quoted(flags.flatMap((flag) => flag.flags))}; names="${kinds.trim()}" ;;`
}

const valueCases = (nodes: readonly CommandNode[]): string[] => {
  const seen = new Map<string, string>()
  for (const { path, flags } of nodes) {
    for (const flag of flags.filter(({ takesValue }) => takesValue)) {
      const answer =
        flag.values.length > 0
          ? `COMPREPLY=($(compgen -W ${quoted(flag.values)} -- "$cur"))`
          : flag.names !== undefined
            ? `COMPREPLY=($(compgen -W "$(__hostler_names ${flag.names})" -- "$cur"))`
            : flag.takesFile
              ? 'COMPREPLY=($(compgen -f -- "$cur"))'
              : 'COMPREPLY=()'
      for (const name of flag.flags) seen.set(`'${path.join(' ')}:${name}'`, answer)
    }
  }
  return [...seen].map(([pattern, answer]) => `    ${pattern}) ${answer}; return ;;`)
}

const valueFlags = (nodes: readonly CommandNode[]): string =>
  [...new Set(nodes.flatMap(({ flags }) => flags.filter(({ takesValue }) => takesValue).flatMap((flag) => flag.flags)))].join('|')

/** A completion script for bash 4 and later; needs no package. */
export const bashCompletion = (
  nodes: readonly CommandNode[],
): string => `# bash completion for hostler. To use it now: source <(hostler completion bash)
# To keep it: hostler completion bash > /etc/bash_completion.d/hostler

__hostler_names() {
  hostler get "$1" -o name --timeout 2s 2>/dev/null
}

_hostler() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" path='' word words='' flags='' names='' i skip=0
  local -A known=(${nodes
    .filter(({ path }) => path.length > 0)
    .map(({ path }) => `['${path.join(' ')}']=1`)
    .join(' ')})
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    if ((skip)); then skip=0; continue; fi
    case "$word" in
      ${valueFlags(nodes)}) skip=1; continue ;;
      -*) continue ;;
    esac
    local next="\${path:+$path }$word"
    [[ -n "\${known[$next]-}" ]] && path="$next"
  done
  case "$path:$prev" in
${valueCases(nodes).join('\n')}
  esac
  if [[ "$cur" == -* ]]; then
    case "$path" in
${nodes
  .map(caseOf)
  .map((line) => line.replace(/; names=".*" ;;$/, ' ;;'))
  .join('\n')}
    esac
    COMPREPLY=($(compgen -W "$flags" -- "$cur"))
    return
  fi
  case "$path" in
${nodes.map(caseOf).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words $names" -- "$cur"))
}

complete -F _hostler hostler
`
