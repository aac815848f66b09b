/** The rules in force: the built-in ones, those that documents changed, and those of users. Pure. */
import { didYouMean } from '../../../shared/config/did-you-mean.ts'
import { builtInRuleDocuments } from './built-in/rules.ts'
import { type RuleProblem, resolveRule } from './resolve-rule.ts'
import type { AlertRule } from './rule.ts'
import type { AlertRuleDocument } from './rule-schema.ts'

export interface Rules {
  readonly rules: ReadonlyMap<string, AlertRule>
  /** What is wrong with documents, by the rule's name. Such a document counts as not there. */
  readonly problems: ReadonlyMap<string, readonly RuleProblem[]>
}

export const rulesOf = (documents: Iterable<AlertRuleDocument>): Rules => {
  const given = new Map([...documents].map((document) => [document.name, document]))
  const rules = new Map<string, AlertRule>()
  const problems = new Map<string, readonly RuleProblem[]>()
  for (const name of new Set([...builtInRuleDocuments.keys(), ...given.keys()])) {
    const base = builtInRuleDocuments.get(name)
    const own = given.get(name)
    const resolved = own === undefined ? undefined : resolveRule(own, base)
    if (resolved !== undefined && !resolved.ok) problems.set(name, resolved.problems)
    const fallback = base === undefined ? undefined : resolveRule(base, base)
    const rule = resolved?.ok ? resolved.rule : fallback?.ok ? fallback.rule : undefined
    if (rule !== undefined) rules.set(name, rule)
  }
  for (const name of given.keys()) {
    const found = inhibitionProblems(name, rules)
    if (found.length > 0) problems.set(name, [...(problems.get(name) ?? []), ...found])
  }
  return { rules, problems }
}

const inhibitionProblems = (name: string, rules: ReadonlyMap<string, AlertRule>): readonly RuleProblem[] =>
  (rules.get(name)?.inhibitedBy ?? []).flatMap(({ rule }, index) => {
    const path = ['inhibitedBy', index, 'rule']
    if (!rules.has(rule)) {
      const near = didYouMean(rule, [...rules.keys()])
      return [{ path, message: `there is no rule "${rule}"${near === undefined ? '' : `; did you mean ${near}?`}` }]
    }
    return explains(name, rule, rules)
      ? [{ path, message: `${rule} is itself explained by ${name}: while both fire, nobody would be told of either` }]
      : []
  })

/** Whether a rule leads back to another one over those that explain it. */
const explains = (name: string, from: string, rules: ReadonlyMap<string, AlertRule>): boolean => {
  const seen = new Set<string>()
  const walk = (at: string): boolean => {
    if (at === name) return true
    if (seen.has(at)) return false
    seen.add(at)
    return (rules.get(at)?.inhibitedBy ?? []).some(({ rule }) => walk(rule))
  }
  return walk(from)
}
