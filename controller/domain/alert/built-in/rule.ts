import type { z } from 'zod'
import type { alertRuleSchema } from '../rule-schema.ts'

/** A built-in rule, written as a user would write it, with all words in both languages. */
export type BuiltInRule = z.input<typeof alertRuleSchema> & {
  readonly annotations: Required<NonNullable<z.input<typeof alertRuleSchema>['annotations']>>
}
