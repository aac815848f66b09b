/** What a document by itself cannot tell: names of profiles that do not exist, or that may not be used. Pure. */
import { didYouMean } from '../../../shared/config/did-you-mean.ts'
import { builtInProfiles } from '../../../shared/tuning/built-in.ts'
import type { TuningProfileDocument } from '../../../shared/tuning/document.ts'
import { resolveProfile } from '../../../shared/tuning/resolve.ts'
import type { AlertRuleDocument } from '../alert/rule-schema.ts'
import { type Rules, rulesOf } from '../alert/rules.ts'
import type { ResourceDocument } from './resource.ts'
import { noProfile } from './schema.ts'

export interface DocumentProblem {
  /** Of the document among those that were checked. */
  readonly index: number
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/** Why there is no profile of this name; undefined when there is one. */
export const unknownProfile = (name: string, profiles: ReadonlyMap<string, unknown>): string | undefined => {
  if (profiles.has(name)) return undefined
  const known = [...profiles.keys()]
  const near = didYouMean(name, known)
  return `there is no tuning profile "${name}"; ${near === undefined ? `there are: ${known.join(', ')}` : `did you mean ${near}?`}`
}

/** The profiles as they would be with these documents. */
export const profilesWith = (
  documents: readonly ResourceDocument[],
  known: ReadonlyMap<string, TuningProfileDocument>,
): ReadonlyMap<string, TuningProfileDocument> => {
  const profiles = new Map(known)
  for (const document of documents) if (document.kind === 'TuningProfile') profiles.set(document.name, document)
  return profiles
}

export interface KnownDocuments {
  readonly profiles: ReadonlyMap<string, TuningProfileDocument>
  readonly rules: ReadonlyMap<string, AlertRuleDocument>
}

/** The alert rules as they would be with these documents. */
const rulesWith = (documents: readonly ResourceDocument[], known: ReadonlyMap<string, AlertRuleDocument>): Rules => {
  const rules = new Map(known)
  for (const document of documents) if (document.kind === 'AlertRule') rules.set(document.name, document)
  return rulesOf(rules.values())
}

/**
 * Everything wrong with documents that are to be applied together.
 * @param known the profiles that there are, built-in ones included, and the rules that users gave
 */
export const documentProblems = (
  documents: readonly ResourceDocument[],
  { profiles: known, rules: knownRules }: KnownDocuments,
): readonly DocumentProblem[] => {
  const profiles = profilesWith(documents, known)
  const ruleProblems = rulesWith(documents, knownRules).problems
  return documents.flatMap((document, index): DocumentProblem[] => {
    const at = (path: readonly PropertyKey[], message: string): DocumentProblem => ({ index, path, message })
    if (document.kind === 'AlertReceiver') return []
    if (document.kind === 'AlertRule') return (ruleProblems.get(document.name) ?? []).map(({ path, message }) => at(path, message))
    if (document.kind !== 'TuningProfile') {
      const { profile } = document
      const unknown = profile === undefined || profile === noProfile ? undefined : unknownProfile(profile, profiles)
      return unknown === undefined ? [] : [at(['profile'], unknown)]
    }
    const { name } = document
    if (name === noProfile) return [at(['name'], `"${noProfile}" stands for no profile at all; choose another name`)]
    if (builtInProfiles.has(name))
      return [at(['name'], `the profile ${name} is built in; choose another name and write "inherits: ${name}"`)]
    const resolved = resolveProfile(name, profiles)
    if (resolved.ok) return []
    return resolved.problems.map((problem) =>
      problem.profile === name ? at(problem.path, problem.message) : at(['inherits'], `the profile ${problem.profile}: ${problem.message}`),
    )
  })
}
