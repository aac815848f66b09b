/** The rules that every fleet starts with. docs/alerts.md is held equal to them by a test. */
import { type AlertRuleDocument, alertRuleSchema } from '../rule-schema.ts'
import { controllerRules } from './controller.ts'
import { deploymentRules } from './deployment.ts'
import { gpuRules } from './gpu.ts'
import { hostRules } from './host.ts'
import { trafficRules } from './traffic.ts'

export const builtInRuleDocuments: ReadonlyMap<string, AlertRuleDocument> = new Map(
  [...hostRules, ...gpuRules, ...deploymentRules, ...trafficRules, ...controllerRules].map((written) => {
    const document = alertRuleSchema.parse(written)
    return [document.name, document]
  }),
)
