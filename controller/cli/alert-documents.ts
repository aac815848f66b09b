/** Alert rules and receivers among the documents that the controller has. Loaded late: it brings the schemas. */
import { type AlertReceiver, alertReceiverSchema } from '../domain/alert/receiver-schema.ts'
import type { AlertRule } from '../domain/alert/rule.ts'
import { type AlertRuleDocument, alertRuleSchema } from '../domain/alert/rule-schema.ts'
import { rulesOf } from '../domain/alert/rules.ts'
import type { StoredDocument } from './view/tuning.ts'

/** Rules that users gave; one that this version cannot read counts as not there. */
export const ruleDocuments = (stored: readonly StoredDocument[]): readonly AlertRuleDocument[] =>
  stored.flatMap(({ kind, builtIn, document }) => {
    const read = kind === 'AlertRule' && !builtIn ? alertRuleSchema.safeParse(document) : undefined
    return read?.success ? [read.data] : []
  })

/** The rules in force, as the controller works them out. */
export const rulesFrom = (stored: readonly StoredDocument[]): ReadonlyMap<string, AlertRule> => rulesOf(ruleDocuments(stored)).rules

export const receiversFrom = (stored: readonly StoredDocument[]): readonly AlertReceiver[] =>
  stored.flatMap(({ kind, document }) => {
    const read = kind === 'AlertReceiver' ? alertReceiverSchema.safeParse(document) : undefined
    return read?.success ? [read.data] : []
  })
