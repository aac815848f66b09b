/** Labels and matchers as fields of documents. */
import { z } from 'zod'
import { type Matcher, parseMatcher } from './labels.ts'

/** What Prometheus and Alertmanager take as a label's name. */
export const labelName = () =>
  z
    .string()
    .max(64)
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'expected a label name of letters, digits and _, such as team')

const matcherHint = 'expected LABEL=VALUE or LABEL!=VALUE, with at most four * for any text, such as host=gpu-0*'

export const matcher = () =>
  z
    .string()
    .max(300)
    .transform((text, context): Matcher => {
      const parsed = parseMatcher(text)
      if (parsed !== undefined) return parsed
      context.addIssue({ code: 'custom', message: matcherHint })
      return z.NEVER
    })
