/** The kinds of document that are kept as they were written, each with its schema. To add one, start here. */
import { tuningProfileDocument } from '../../../shared/tuning/document.ts'
import { alertReceiverSchema } from '../alert/receiver-schema.ts'
import { alertRuleSchema } from '../alert/rule-schema.ts'
import type { ResourceKind } from './resource.ts'
import { hostGroupSchema, hostSchema } from './schema.ts'

export const resourceSchemas = {
  Host: hostSchema,
  HostGroup: hostGroupSchema,
  TuningProfile: tuningProfileDocument,
  AlertRule: alertRuleSchema,
  AlertReceiver: alertReceiverSchema,
} as const

export const resourceKinds = Object.keys(resourceSchemas) as readonly ResourceKind[]

export const isResourceKind = (word: unknown): word is ResourceKind => resourceKinds.some((kind) => kind === word)
