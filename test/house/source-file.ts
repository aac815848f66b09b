import { parseSync } from 'oxc-parser'

/** One import, re-export or dynamic import of a file. */
export interface Import {
  readonly specifier: string
  /** What is imported by name; `default` and `*` as they are. Empty when it cannot be known. */
  readonly names: readonly string[]
  /** Only types come through it: it is gone at run time. */
  readonly typeOnly: boolean
}

/** What the rules of the house look at in a file. */
export interface SourceFile {
  /** Relative to the root of the repository, with forward slashes. */
  readonly path: string
  readonly lines: number
  readonly imports: readonly Import[]
  /** Globals as they are used: `fetch`, `process.env`, `Date.now`, `new Date()`. */
  readonly globals: ReadonlySet<string>
  /** First arguments of calls that are plain text, with the name of what is called: `spawn` of `nvidia-smi`. */
  readonly calls: readonly { readonly callee: string; readonly text: string }[]
  /** Every plain text in its code. */
  readonly texts: ReadonlySet<string>
  /** Nothing but `export … from`. */
  readonly onlyReexports: boolean
}

type Node = Readonly<Record<string, unknown>> & { readonly type: string }

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'

const childrenOf = (node: Node): readonly Node[] =>
  Object.entries(node).flatMap(([key, value]) => {
    // A name after a dot or before a colon is no use of a global.
    if ((key === 'property' || key === 'key') && node.computed !== true) return []
    return (Array.isArray(value) ? value : [value]).filter(isNode)
  })

const textOf = (node: unknown): string | undefined =>
  isNode(node) && node.type === 'Literal' && typeof node.value === 'string' ? node.value : undefined

const nameOf = (node: unknown): string => (isNode(node) && node.type === 'Identifier' ? String(node.name) : '')

const memberOf = (node: Node): string => (node.computed === true ? (textOf(node.property) ?? '') : nameOf(node.property))

/** Types are no code, but for expressions that carry one. */
const isType = ({ type }: Node): boolean => type.startsWith('TS') && !/^TS(As|Satisfies|NonNull|TypeAssertion|Instantiation)/.test(type)

/** Names that a pattern binds. */
const boundBy = (pattern: unknown): readonly string[] => {
  if (!isNode(pattern)) return []
  if (pattern.type === 'Identifier') return [String(pattern.name)]
  if (pattern.type === 'Property') return boundBy(pattern.value)
  if (pattern.type === 'AssignmentPattern') return boundBy(pattern.left)
  return Object.values(pattern).flatMap((value) => (Array.isArray(value) ? value.flatMap(boundBy) : boundBy(value)))
}

interface Findings {
  readonly bound: Set<string>
  readonly used: string[]
  readonly typeImports: string[]
  readonly calls: { callee: string; text: string }[]
  readonly texts: Set<string>
}

const note = (node: Node, findings: Findings): void => {
  const { bound, used, typeImports, calls, texts } = findings
  switch (node.type) {
    case 'Identifier':
      used.push(String(node.name))
      break
    case 'Literal':
      texts.add(textOf(node) ?? '')
      break
    case 'MemberExpression':
      used.push(`${nameOf(node.object)}.${memberOf(node)}`)
      break
    case 'NewExpression':
      if (nameOf(node.callee) === 'Date' && Array.isArray(node.arguments) && node.arguments.length === 0) used.push('new Date()')
      break
    case 'CallExpression': {
      const callee = isNode(node.callee) && node.callee.type === 'MemberExpression' ? memberOf(node.callee) : nameOf(node.callee)
      const text = Array.isArray(node.arguments) ? textOf(node.arguments[0]) : undefined
      if (text !== undefined) calls.push({ callee, text })
      break
    }
    case 'VariableDeclarator':
      for (const name of boundBy(node.id)) bound.add(name)
      if (isNode(node.id) && node.id.type === 'ObjectPattern' && Array.isArray(node.id.properties)) {
        for (const property of node.id.properties.filter(isNode)) used.push(`${nameOf(node.init)}.${nameOf(property.key)}`)
      }
      break
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      for (const name of [...boundBy(node.id), ...(Array.isArray(node.params) ? node.params.flatMap(boundBy) : [])]) bound.add(name)
      break
    case 'TSImportType':
      typeImports.push(textOf(node.source) ?? '')
      break
  }
}

const walk = (node: Node, findings: Findings, inType: boolean): void => {
  const type = inType || isType(node)
  if (!type || node.type === 'TSImportType') note(node, findings)
  for (const child of childrenOf(node)) walk(child, findings, type)
}

/** Reads a file with a real parser. Throws when it does not parse. */
export const readSource = (path: string, text: string): SourceFile => {
  const { program, module, errors } = parseSync(path, text)
  if (errors[0]) throw new Error(`${path}: ${errors[0].message}`)
  const findings: Findings = { bound: new Set(), used: [], typeImports: [], calls: [], texts: new Set() }
  walk(program as unknown as Node, findings, false)
  const imports: Import[] = [
    ...module.staticImports.map(({ moduleRequest, entries }) => ({
      specifier: moduleRequest.value,
      names: entries.map(({ importName }) =>
        importName.kind === 'Name' ? (importName.name ?? '') : importName.kind === 'Default' ? 'default' : '*',
      ),
      typeOnly: entries.length > 0 && entries.every(({ isType }) => isType),
    })),
    ...module.staticExports
      .flatMap(({ entries }) => entries)
      .flatMap(({ moduleRequest, isType }) => (moduleRequest ? [{ specifier: moduleRequest.value, names: [], typeOnly: isType }] : [])),
    ...module.dynamicImports.map(({ moduleRequest }) => ({
      specifier: text.slice(moduleRequest.start, moduleRequest.end).replaceAll(/^['"`]|['"`]$/g, ''),
      names: [],
      typeOnly: false,
    })),
    ...findings.typeImports.map((specifier) => ({ specifier, names: [], typeOnly: true })),
  ]
  for (const { entries } of module.staticImports) for (const { localName } of entries) findings.bound.add(localName.value)
  const statements = program.body as unknown as readonly Node[]
  return {
    path,
    lines: text.split('\n').length - (text.endsWith('\n') ? 1 : 0),
    imports,
    globals: new Set(findings.used.filter((use) => !findings.bound.has(use.split('.')[0] ?? ''))),
    calls: findings.calls,
    texts: findings.texts,
    onlyReexports: statements.length > 0 && statements.every(({ type, source }) => /^Export(All|Named)/.test(type) && isNode(source)),
  }
}
