/** One thing wrong with a file that a person wrote. Lines and columns count from 1; 0 when there is no text to point at. */
export interface Problem {
  readonly file: string
  readonly line: number
  readonly column: number
  /** The field, such as `resources.memory.request`; empty for the whole document. */
  readonly path: string
  /** What is wrong and what would be right. */
  readonly message: string
  /** The value that was found, shortened; empty when there is none. */
  readonly seen: string
}

/** One line a problem: `ds7b.yaml:12:15: resources.memory.request: the request is larger …, got 64Gi`. */
export const formatProblems = (problems: readonly Problem[]): string => problems.map(formatProblem).join('\n')

const formatProblem = ({ file, line, column, path, message, seen }: Problem): string => {
  const place = line > 0 ? `${file}:${line}:${column}` : file
  const field = path === '' ? '' : `${path}: `
  return `${place}: ${field}${message}${seen === '' ? '' : `, got ${seen}`}`
}

/** `a.b[2].c`, with names that are no plain words quoted. */
export const formatPath = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`
    const name = String(key)
    if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(name)) return `${text}[${JSON.stringify(name)}]`
    return text === '' ? name : `${text}.${name}`
  }, '')

/** A value as a person would recognise it, at most 80 characters. */
export const showValue = (value: unknown): string => {
  if (value === undefined) return ''
  const text = typeof value === 'string' ? JSON.stringify(value) : typeof value === 'object' ? describe(value) : String(value)
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`
}

const describe = (value: object | null): string => {
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`
  const keys = Object.keys(value)
  return keys.length === 0 ? 'an empty block' : `a block with ${keys.slice(0, 3).join(', ')}${keys.length > 3 ? ', ...' : ''}`
}
