import type { CommandNode, FlagNode } from './tree.ts'

const escaped = (text: string): string => text.replaceAll(/[\\'[\]:]/g, (found) => (found === "'" ? "'\\''" : `\\${found}`))

const flagSpec = (flag: FlagNode): string[] =>
  flag.flags.map((name) => {
    const value = !flag.takesValue
      ? ''
      : flag.values.length > 0
        ? `:value:(${flag.values.join(' ')})`
        : flag.names !== undefined
          ? `:value:{compadd -- \${(f)"$(__hostler_names ${flag.names})"}}`
          : flag.takesFile
            ? ':file:_files'
            : ':value: '
    return `'${name}[${escaped(flag.description)}]${value}'`
  })

const functionName = (path: readonly string[]): string => ['_hostler', ...path].join('_').replaceAll('-', '_')

const childrenOf = ({ path, children, flags }: CommandNode): string => `${functionName(path)}() {
  local line state
  _arguments -C ${flags.flatMap(flagSpec).join(' ')} '1: :->command' '*::arg:->rest'
  case $state in
    command)
      local -a commands=(${children.map(({ word, description }) => `'${word}:${escaped(description)}'`).join(' ')})
      _describe command commands ;;
    rest)
      case $line[1] in
${children.map(({ word }) => `        ${word}) ${functionName([...path, word])} ;;`).join('\n')}
      esac ;;
  esac
}`

const leafOf = ({ path, flags, words, names }: CommandNode): string => {
  const candidates = [words.join(' '), ...names.map((kind) => `$(__hostler_names ${kind})`)].filter((part) => part !== '').join(' ')
  return `${functionName(path)}() {
  _arguments ${flags.flatMap(flagSpec).join(' ')} ${candidates === '' ? "'*: :_default'" : "'*: :->name'"}
  ${candidates === '' ? ':' : `[[ $state == name ]] && compadd -- ${candidates.replaceAll('$(', '${(f)"$(').replaceAll(/(__hostler_names \w+)\)/g, '$1)"}')}`}
}`
}

/** A completion script for zsh. */
export const zshCompletion = (nodes: readonly CommandNode[]): string => `#compdef hostler
# zsh completion for hostler. To keep it: hostler completion zsh > "\${fpath[1]}/_hostler"

__hostler_names() {
  hostler get "$1" -o name --timeout 2s 2>/dev/null
}

${nodes.map((node) => (node.children.length > 0 ? childrenOf(node) : leafOf(node))).join('\n\n')}

compdef _hostler hostler
`
