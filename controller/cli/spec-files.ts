/** Reading deployment files and showing what is wrong with them. */
import { createReadStream } from 'node:fs'
import type { Problem } from '../../shared/config/problem.ts'
import { formatProblems } from '../../shared/config/problem.ts'
import { errnoOf, HostlerError, messageOf } from '../../shared/errors/hostler-error.ts'
import { maxSpecBytes, parseSpecs } from '../domain/spec/parse.ts'
import type { DeploymentSpec } from '../domain/spec/schema.ts'
import { CommandFailure } from './fail.ts'
import type { Paint } from './terminal/colour.ts'
import { padStart, textWidth } from './terminal/width.ts'

/** At most one byte more than a spec may have: enough to see that it is too long, whatever is behind the name. */
const readBounded = async (stream: NodeJS.ReadableStream): Promise<string> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream) {
    const buffer = Buffer.from(chunk)
    chunks.push(buffer)
    bytes += buffer.length
    if (bytes > maxSpecBytes) break
  }
  return Buffer.concat(chunks).toString('utf8')
}

const reasons: Readonly<Record<string, string>> = { ENOENT: 'no such file', EISDIR: 'it is a directory', EACCES: 'you may not read it' }

/** Throws ARGUMENT_INVALID for a file that cannot be read. */
export const readText = async (file: string, stdin: NodeJS.ReadableStream): Promise<string> => {
  try {
    return await readBounded(file === '-' ? stdin : createReadStream(file))
  } catch (error) {
    throw new HostlerError('ARGUMENT_INVALID', `cannot read ${file}: ${reasons[errnoOf(error)] ?? messageOf(error)}`, { cause: error })
  }
}

/** A line of the file with a caret under the place, cut so that the place is in sight. */
const excerpt = ({ line, column }: Problem, text: string, paint: Paint): string[] => {
  const source = text.split(/\r?\n/)[line - 1]
  if (line < 1 || source === undefined) return []
  const from = column > 60 ? column - 40 : 0
  const shown = source
    .slice(from, from + 100)
    .replaceAll('\t', ' ')
    .replaceAll(/\p{Control}/gu, '')
  const before = textWidth(shown.slice(0, Math.max(0, column - 1 - from)))
  return [
    `${paint('quiet', `${padStart(String(line), 6)} |`)} ${from > 0 ? '…' : ''}${shown}`,
    `${paint('quiet', '       |')} ${' '.repeat(before + (from > 0 ? 1 : 0))}${paint('bad', '^')}`,
  ]
}

/** Every problem with its line of the file and a caret under the place. */
export const invalid = (problems: readonly Problem[], text: string, paint: Paint): CommandFailure => {
  const [first] = problems
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`
  const details = problems.flatMap((problem) => [formatProblems([problem]), ...excerpt(problem, text, paint)])
  return new CommandFailure(
    new HostlerError('SPEC_INVALID', `${first?.file ?? 'the file'} has ${count}; nothing was changed`, { fields: { problems } }),
    { details },
  )
}

export interface SpecSource {
  readonly spec: DeploymentSpec
  readonly file: string
}

/**
 * The deployments of the files, `-` being standard input; each name once over all files. Throws ARGUMENT_INVALID for a file that
 * cannot be read, and SPEC_INVALID showing every problem with its line.
 */
export const readSpecFiles = async (
  files: readonly string[],
  stdin: NodeJS.ReadableStream,
  paint: Paint,
): Promise<readonly SpecSource[]> => {
  const sources: SpecSource[] = []
  for (const file of files) {
    const text = await readText(file, stdin)
    const parsed = parseSpecs(text, file === '-' ? 'standard input' : file)
    if (!parsed.ok) throw invalid(parsed.problems, text, paint)
    for (const spec of parsed.value) {
      const other = sources.find((source) => source.spec.name === spec.name)
      if (other !== undefined)
        throw new HostlerError('SPEC_INVALID', `the deployment ${spec.name} is in ${other.file} and in ${file}; nothing was changed`)
      sources.push({ spec, file })
    }
  }
  return sources
}
