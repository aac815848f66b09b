import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { errnoOf, HostlerError, messageOf } from '../../../shared/errors/hostler-error.ts'

interface Manifests {
  readonly name: string
  readonly documents: readonly object[]
}

/** What a file begins with that may be written again. */
const mark = '# Written by: hostler export kubernetes'

const textOf = ({ name, documents }: Manifests): string =>
  [
    `${mark} (deployment ${name})`,
    ...documents.map((document) => stringify(document, { lineWidth: 0, aliasDuplicateObjects: false }).trimEnd()),
  ]
    .join('\n---\n')
    .replace('\n---\n', '\n')

/** Throws CONFLICT for a file that somebody else wrote, ARGUMENT_INVALID for a place that cannot be written. */
const checkPlace = async (file: string): Promise<void> => {
  const before = await readFile(file, 'utf8').catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return mark
    throw new HostlerError('ARGUMENT_INVALID', `cannot read ${file}: ${messageOf(error)}`, { cause: error })
  })
  if (!before.startsWith(mark))
    throw new HostlerError(
      'CONFLICT',
      `${file} was not written by this command; nothing was written. Remove it, or choose another directory`,
    )
}

/**
 * Prints manifests (`-`), or writes a file for each deployment and returns their names. All places are looked at before the first is written.
 */
export const writeManifests = async (
  all: readonly Manifests[],
  output: string,
  print: (...lines: readonly string[]) => void,
): Promise<readonly string[]> => {
  if (output === '-') {
    print(all.map(textOf).join('\n---\n'))
    return []
  }
  const files = all.map((manifests) => ({ file: join(output, `${manifests.name}.yaml`), text: `${textOf(manifests)}\n` }))
  try {
    await mkdir(output, { recursive: true })
    for (const { file } of files) await checkPlace(file)
    for (const { file, text } of files) await writeFile(file, text)
  } catch (error) {
    if (error instanceof HostlerError) throw error
    throw new HostlerError('ARGUMENT_INVALID', `cannot write to ${output}: ${messageOf(error)}`, { cause: error })
  }
  return files.map(({ file }) => file)
}
