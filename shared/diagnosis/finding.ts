/** What a check found. Codes and parameters travel, words are put to them where they are read, in the reader's language. */
import { z } from 'zod'
import { verdicts } from './verdict.ts'

export const param = z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.array(z.number())])
export const params = z.record(z.string(), param)

/** What was seen, word for word, so that an engineer can check it. */
export const evidence = z.strictObject({
  source: z.string().describe('The command or file, such as /proc/net/stat/arp_cache.'),
  lines: z.array(z.string()),
  atUnixMs: z.number().optional(),
})

/** A cause that was considered and is not the one. */
export const ruledOut = z.strictObject({ cause: z.string(), params })

/** certain: the fault says so itself. likely: nothing else explains it as well. inferred: from what is missing or from several hosts. */
export const confidences = ['certain', 'likely', 'inferred'] as const

export const finding = z.strictObject({
  code: z.string().describe('Such as gpu.xid; docs/diagnosis.md lists them.'),
  verdict: z.enum(verdicts),
  subject: z.string().describe('`host`, `gpu/UUID`, `nic/NAME`, `replica/ID`, `link/A-B`, `path/DIR`, …'),
  params,
  confidence: z.enum(confidences),
  evidence: z.array(evidence),
  ruledOut: z.array(ruledOut),
})

/** One check on one host. No findings: it looked, and all is well. */
export const checkResult = z.strictObject({
  check: z.string(),
  verdict: z.enum(verdicts).describe('The worst of its findings.'),
  atUnixMs: z.number(),
  durationMs: z.number(),
  findings: z.array(finding),
  looked: z.array(evidence).describe('What a PASS rests on.'),
})

export type Params = z.output<typeof params>
export type Evidence = z.output<typeof evidence>
export type Finding = z.output<typeof finding>
export type RuledOut = z.output<typeof ruledOut>
export type CheckResult = z.output<typeof checkResult>
