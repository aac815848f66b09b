/** The kinds of value that a deployment spec is made of. */
import { z } from 'zod'
import { parseDurationMs } from '../../../shared/units/duration.ts'
import { parseSizeMiB } from '../../../shared/units/size.ts'

const durationHint = 'expected a duration with a unit, such as 500ms, 30s, 5m or 1h30m'
const sizeHint = 'expected a size in Mi, Gi or Ti, such as 500Mi or 40Gi'

/** Text such as `30s` in; whole milliseconds out. */
export const duration = (limits: { readonly minMs?: number; readonly maxMs?: number } = {}) =>
  z
    .string({ error: durationHint })
    .regex(/^(0|(\d+(\.\d+)?(ms|d|h|m|s))+)$/, durationHint)
    .transform((text, context) => {
      const ms = parseDurationMs(text)
      if (ms === undefined) {
        context.addIssue({ code: 'custom', message: durationHint })
        return z.NEVER
      }
      if (limits.minMs !== undefined && ms < limits.minMs) {
        context.addIssue({ code: 'custom', message: `expected at least ${limits.minMs} ms` })
        return z.NEVER
      }
      if (limits.maxMs !== undefined && ms > limits.maxMs) {
        context.addIssue({ code: 'custom', message: `expected at most ${limits.maxMs} ms` })
        return z.NEVER
      }
      return ms
    })

/** Text such as `40Gi` in; whole MiB out. */
export const size = () =>
  z
    .string({ error: sizeHint })
    .regex(/^(0|\d+(\.\d+)?(Mi|Gi|Ti))$/, sizeHint)
    .transform((text, context) => {
      const mib = parseSizeMiB(text)
      if (mib !== undefined) return mib
      context.addIssue({ code: 'custom', message: sizeHint })
      return z.NEVER
    })

export const count = (least: number, most: number) => z.int().min(least).max(most)

/** Names of deployments become parts of replica ids, container names and log fields, hence a DNS label with room for a suffix. */
export const dnsLabel = () =>
  z
    .string()
    .max(50)
    .regex(/^[a-z]([a-z0-9-]*[a-z0-9])?$/, 'expected lower-case letters, digits and hyphens, starting with a letter, such as ds7b')

/** What clients put into `model`. */
export const modelName = () =>
  z
    .string()
    .max(200)
    .regex(/^[A-Za-z0-9][A-Za-z0-9._:/-]*$/, 'expected letters, digits and . _ : / -, such as deepseek-ai/DeepSeek-R1')

export const absolutePath = () =>
  z
    .string()
    .max(4096)
    .regex(/^\/[^\0]*$/, 'expected an absolute path on the host, such as /models/deepseek-r1-7b')

export const urlPath = () =>
  z
    .string()
    .max(1024)
    .regex(/^\/[!-~]*$/, 'expected a path that starts with /, such as /health')

export const text = (most: number) => z.string().min(1).max(most)

/** YAML reads `1` and `true` as no strings; in an environment they can only mean their text. */
export const environment = () =>
  z
    .record(
      z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'expected a variable name of letters, digits and _'),
      z.union([z.string().max(32_768), z.number(), z.boolean()]).transform(String),
    )
    .prefault({})

export const labelKeyPattern = /^[A-Za-z0-9]([A-Za-z0-9._/-]{0,61}[A-Za-z0-9])?$/

export const labelKey = () => z.string().regex(labelKeyPattern, 'expected a label key, such as zone or rack')

export const labels = () => z.record(labelKey(), z.string().max(200))
