/** YAML that people write, checked against a zod schema; every problem carries its line and column. */
import { type Document, isMap, isNode, isPair, isScalar, LineCounter, parseAllDocuments, type Scalar } from 'yaml'
import type { z } from 'zod'
import { messageOf } from '../errors/hostler-error.ts'
import { explainIssue } from './explain-issue.ts'
import { formatPath, type Problem, showValue } from './problem.ts'

export interface YamlSource {
  /** Named in problems. */
  readonly file: string
  /** Longer text is refused before it is parsed. Default 256 KiB. */
  readonly maxBytes?: number | undefined
}

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly Problem[] }

/** A value and where its document begins, for checks across documents. */
export interface Located<T> {
  readonly value: T
  /** The problem's place is that of the field, or of its nearest parent that exists. */
  readonly problemAt: (path: readonly PropertyKey[], message: string) => Problem
}

const defaultMaxBytes = 256 * 1024
/** Enough for anchors that save typing, far too few for a document that unfolds into gigabytes. */
const maxAliases = 50
/** More than anyone reads. */
const maxProblems = 50

/** Exactly one YAML document. Never throws for what is in the text. */
export const parseYamlWith = <S extends z.ZodType>(schema: S, text: string, source: YamlSource): Parsed<z.output<S>> => {
  const parsed = parseYamlDocumentsWith(schema, text, source)
  if (!parsed.ok) return parsed
  const [first, second] = parsed.value
  if (first === undefined) return fail(source, 'the file is empty')
  if (second !== undefined)
    return { ok: false, problems: [second.problemAt([], 'expected one document, found several; remove the --- line')] }
  return { ok: true, value: first.value }
}

/** Any number of YAML documents separated by `---`; empty ones are left out. All problems of all documents are reported. */
export const parseYamlDocumentsWith = <S extends z.ZodType>(
  schema: S,
  text: string,
  source: YamlSource,
): Parsed<readonly Located<z.output<S>>[]> => parseYamlDocumentsBy(() => schema, text, source)

/** The same for documents of several kinds, each with the schema that is chosen for its data. */
export const parseYamlDocumentsBy = <S extends z.ZodType>(
  schemaFor: (data: unknown) => S,
  text: string,
  source: YamlSource,
): Parsed<readonly Located<z.output<S>>[]> => {
  const maxBytes = source.maxBytes ?? defaultMaxBytes
  const bytes = Buffer.byteLength(text)
  if (bytes > maxBytes) return fail(source, `the file has ${bytes} bytes, at most ${maxBytes} are read`)
  const lines = new LineCounter()
  let documents: readonly Document.Parsed[]
  try {
    documents = [...parseAllDocuments(text.replace(/^\uFEFF/, ''), { lineCounter: lines, prettyErrors: false })]
  } catch (error) {
    return fail(source, `the text cannot be read as YAML: ${messageOf(error)}`)
  }
  const values: Located<z.output<S>>[] = []
  const problems: Problem[] = []
  for (const document of documents) {
    const checked = checkDocument(schemaFor, document, lines, source.file)
    if (checked === undefined) continue
    if (checked.ok) values.push(checked.value)
    else problems.push(...checked.problems)
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: values }
}

const checkDocument = <S extends z.ZodType>(
  schemaFor: (data: unknown) => S,
  document: Document.Parsed,
  lines: LineCounter,
  file: string,
): Parsed<Located<z.output<S>>> | undefined => {
  const locate = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return { file, line: Math.max(1, line), column: Math.max(1, col) }
  }
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => ({
      ...locate(error.pos[0]),
      path: '',
      message: syntaxMessage(error.message),
      seen: '',
    }))
    // A reader that ran out of stack says so once for each level on its way out.
    return {
      ok: false,
      problems: problems.filter(({ message }, index) => index === 0 || message !== problems[index - 1]?.message).slice(0, maxProblems),
    }
  }
  let data: unknown
  try {
    data = document.toJS({ maxAliasCount: maxAliases })
  } catch (error) {
    return {
      ok: false,
      problems: [{ ...locate(document.range[0]), path: '', message: `the document cannot be used: ${messageOf(error)}`, seen: '' }],
    }
  }
  if (data === null || data === undefined) return undefined
  const problemAt = (path: readonly PropertyKey[], message: string, options: { atName?: boolean; seen?: string } = {}): Problem => ({
    ...locate(offsetOf(document, path, options.atName ?? false)),
    path: formatPath(path),
    message,
    seen: options.seen ?? '',
  })
  const schema = schemaFor(data)
  const result = schema.safeParse(data)
  if (result.success) return { ok: true, value: { value: result.data, problemAt } }
  const valueAt = (path: readonly PropertyKey[]): unknown =>
    path.reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined), data)
  const problems = result.error.issues
    .flatMap((issue) => explainIssue(schema, issue, valueAt))
    .map(({ path, message, atName, missing }) =>
      problemAt(path, message, { atName, seen: missing || atName ? '' : showValue(valueAt(path)) }),
    )
  return { ok: false, problems: problems.toSorted((a, b) => a.line - b.line || a.column - b.column).slice(0, maxProblems) }
}

const syntaxMessage = (message: string): string => (message.includes('call stack') ? 'the document is nested too deeply' : message)

/** Where the field stands in the text: its value, or its name when asked, or the nearest parent when it is absent. */
const offsetOf = (document: Document.Parsed, path: readonly PropertyKey[], atName: boolean): number => {
  for (let length = path.length; length > 0; length--) {
    const wanted = path.slice(0, length)
    const parent: unknown = length === 1 ? document.contents : document.getIn(wanted.slice(0, -1), true)
    const last = String(wanted.at(-1))
    const pair = isMap(parent)
      ? parent.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === last)
      : undefined
    const key = pair?.key as Scalar | undefined
    if (key?.range && ((atName && length === path.length) || length < path.length || !isNode(pair?.value))) return key.range[0]
    const node: unknown = document.getIn(wanted, true)
    if (isNode(node) && node.range) return node.range[0]
    if (key?.range) return key.range[0]
  }
  return document.contents?.range?.[0] ?? document.range[0]
}

const fail = (source: YamlSource, message: string): { readonly ok: false; readonly problems: readonly Problem[] } => ({
  ok: false,
  problems: [{ file: source.file, line: 0, column: 0, path: '', message, seen: '' }],
})
