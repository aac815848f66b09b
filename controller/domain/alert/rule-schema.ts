/** Alert rules as people write them. What a rule leaves out comes from the built-in one of its name, or from defaults. */
import { z } from 'zod'
import { count, dnsLabel, duration, text } from '../spec/fields.ts'
import { labelName } from './label-fields.ts'
import { severities } from './severity.ts'

const day = 86_400_000
const values = () => z.record(labelName(), z.string().max(200))

const words = {
  summary: text(500).optional().describe('One line: what is wrong with what.'),
  description: text(4000).optional().describe('What it means.'),
  remedy: text(4000).optional().describe('What to do.'),
}

export const alertRuleSchema = z.strictObject({
  kind: z.literal('AlertRule'),
  name: dnsLabel().describe('Name of the rule. That of a built-in rule changes it: everything that is left out stays as it is.'),
  enabled: z.boolean().optional().describe('false: the rule is not looked at.'),
  severity: z.enum(severities).optional().describe('How soon somebody should look: now, today, some time. Default: warning.'),
  signal: text(80).optional().describe('What is looked at: a signal of docs/alerts.md.'),
  metric: text(120).optional().describe('Or a metric of hosts of docs/metrics.md.'),
  per: text(120).optional().describe('Divides the metric by this one with the same labels.'),
  where: values().optional().describe('Only series with these labels; * stands for any text.'),
  over: duration({ minMs: 30_000, maxMs: day }).optional().describe('The window in which a counter grows, or traffic is looked at.'),
  quantile: z.number().min(0.5).max(0.999).optional().describe('Of a distribution of times. Default: 0.99.'),
  minRequests: count(1, 1_000_000).optional().describe('With fewer requests in the window nothing is said. Default: 20.'),
  kvAbove: z.number().min(0).max(1).optional().describe('How full the KV cache has to be for GPU memory to count as needed. Default: 0.9.'),
  above: z.number().optional().describe('The rule holds above this value.'),
  below: z.number().optional().describe('Or below this one.'),
  clear: z
    .number()
    .optional()
    .describe('A firing alert is over only at or beyond this value, so that it does not flutter. Default: the threshold.'),
  for: duration({ maxMs: 7 * day })
    .optional()
    .describe('The rule has to hold for this long before it fires. Default: 0.'),
  keepFiring: duration({ maxMs: 7 * day })
    .optional()
    .describe('It has to be over for this long before that is told. Default: 1m.'),
  noData: z
    .enum(['keep', 'resolve'])
    .optional()
    .describe(
      'What becomes of a firing alert of which nothing is known any more. keep, the default: it stays for an hour. resolve: it is over.',
    ),
  by: z
    .array(labelName())
    .max(10)
    .optional()
    .describe('One alert for all series that share these labels, the worst counting. Default: one a series.'),
  labels: values().optional().describe('Labels beside those of the series, for routing, such as team.'),
  annotations: z
    .strictObject({ ...words, zh: z.strictObject(words).optional().describe('The same in Chinese.') })
    .optional()
    .describe('What people read. {{host}} and other labels, {{value}}, {{threshold}}, {{for}} and {{over}} are filled in.'),
  runbook: z
    .url({ protocol: /^https?$/ })
    .max(1000)
    .optional()
    .describe('Where to read on.'),
  inhibitedBy: z
    .array(
      z.strictObject({
        rule: dnsLabel().describe('A rule that explains this one.'),
        equal: z.array(labelName()).max(10).prefault([]).describe('Labels in which the two alerts have to agree.'),
      }),
    )
    .max(20)
    .optional()
    .describe('While one of these fires, alerts of this rule are not told.'),
})

export type AlertRuleDocument = z.output<typeof alertRuleSchema>
