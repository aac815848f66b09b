import { resolveRule } from '../../../../../controller/domain/alert/resolve-rule.ts'
import type { AlertRule } from '../../../../../controller/domain/alert/rule.ts'
import { alertRuleSchema } from '../../../../../controller/domain/alert/rule-schema.ts'

/** A rule as a user would write it, made ready. */
export const ruleOf = (written: object): AlertRule => {
  const resolved = resolveRule(alertRuleSchema.parse({ kind: 'AlertRule', ...written }))
  if (resolved.ok) return resolved.rule
  throw new Error(resolved.problems.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '))
}
