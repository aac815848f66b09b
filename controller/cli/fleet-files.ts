/** Reading files with documents of any kind, and showing what is wrong with them. */
import { didYouMean } from '../../shared/config/did-you-mean.ts'
import type { Problem } from '../../shared/config/problem.ts'
import type { Located } from '../../shared/config/yaml-document.ts'
import { HostlerError } from '../../shared/errors/hostler-error.ts'
import { type TuningProfileDocument, tuningProfileDocument } from '../../shared/tuning/document.ts'
import type { AlertRuleDocument } from '../domain/alert/rule-schema.ts'
import { documentProblems, profilesWith, unknownProfile } from '../domain/hosts/check.ts'
import { type FleetDocument, parseFleetDocuments } from '../domain/hosts/parse.ts'
import { ruleDocuments } from './alert-documents.ts'
import { invalid, readText } from './spec-files.ts'
import type { Paint } from './terminal/colour.ts'
import type { StoredDocument } from './view/tuning.ts'

export interface FleetSource extends Located<FleetDocument> {
  readonly file: string
  /** Of the whole file. */
  readonly text: string
}

const nameOf = ({ value }: FleetSource): string =>
  value.kind === 'Deployment' ? `deployment ${value.spec.name}` : `${value.document.kind} ${value.document.name}`

/**
 * The documents of the files, `-` being standard input; each name once within its kind over all files. Throws ARGUMENT_INVALID for a file
 * that cannot be read, and SPEC_INVALID showing every problem with its line.
 */
export const readFleetFiles = async (
  files: readonly string[],
  stdin: NodeJS.ReadableStream,
  paint: Paint,
): Promise<readonly FleetSource[]> => {
  const sources: FleetSource[] = []
  for (const file of files) {
    const text = await readText(file, stdin)
    const parsed = parseFleetDocuments(text, file === '-' ? 'standard input' : file)
    if (!parsed.ok) throw invalid(parsed.problems, text, paint)
    for (const located of parsed.value) {
      const source = { ...located, file, text }
      const other = sources.find((known) => nameOf(known) === nameOf(source))
      if (other !== undefined)
        throw new HostlerError('SPEC_INVALID', `${nameOf(source)} is in ${other.file} and in ${file}; nothing was changed`)
      sources.push(source)
    }
  }
  return sources
}

const knownRules = (stored: readonly StoredDocument[]): ReadonlyMap<string, AlertRuleDocument> =>
  new Map(ruleDocuments(stored).map((document) => [document.name, document]))

const knownProfiles = (stored: readonly StoredDocument[]): ReadonlyMap<string, TuningProfileDocument> =>
  new Map(
    stored.flatMap(({ kind, document }): [string, TuningProfileDocument][] => {
      const read = kind === 'TuningProfile' ? tuningProfileDocument.safeParse(document) : undefined
      return read?.success ? [[read.data.name, read.data]] : []
    }),
  )

const unknownGroups = (sources: readonly FleetSource[], stored: readonly StoredDocument[]) => {
  const known = [
    ...stored.filter(({ kind }) => kind === 'HostGroup').map(({ name }) => name),
    ...sources.flatMap(({ value }) => (value.kind === 'resource' && value.document.kind === 'HostGroup' ? [value.document.name] : [])),
  ]
  return sources.flatMap((source) =>
    source.value.kind !== 'Deployment'
      ? []
      : (source.value.spec.placement.groups ?? []).flatMap((name, index) => {
          if (known.includes(name)) return []
          const near = didYouMean(name, known)
          const others =
            near !== undefined ? `did you mean ${near}?` : known.length === 0 ? 'there are none' : `there are: ${known.join(', ')}`
          return [{ source, path: ['placement', 'groups', index], message: `there is no group "${name}"; ${others}` }]
        }),
  )
}

/** Throws SPEC_INVALID, with the place in the file, for what only shows beside the documents that the controller has. */
export const checkFleetSources = (sources: readonly FleetSource[], stored: readonly StoredDocument[], paint: Paint): void => {
  const known = knownProfiles(stored)
  const resources = sources.flatMap((source) => (source.value.kind === 'resource' ? [{ source, document: source.value.document }] : []))
  const documents = resources.map(({ document }) => document)
  const profiles = profilesWith(documents, known)
  const found = [
    ...documentProblems(documents, { profiles: known, rules: knownRules(stored) }).flatMap(({ index, path, message }) => {
      const source = resources[index]?.source
      return source === undefined ? [] : [{ source, path, message }]
    }),
    ...sources.flatMap((source) => {
      const wanted = source.value.kind === 'Deployment' ? source.value.spec.placement.profile : undefined
      const message = wanted === undefined ? undefined : unknownProfile(wanted, profiles)
      return message === undefined ? [] : [{ source, path: ['placement', 'profile'], message }]
    }),
  ]
  const [first] = [...found, ...unknownGroups(sources, stored)]
  if (first === undefined) return
  const { file, text } = first.source
  const problems = [...found, ...unknownGroups(sources, stored)]
    .filter(({ source }) => source.file === file)
    .map(({ source, path, message }): Problem => source.problemAt(path, message))
  throw invalid(problems, text, paint)
}
