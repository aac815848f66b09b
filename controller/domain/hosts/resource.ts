import type { TuningProfileDocument } from '../../../shared/tuning/document.ts'
import type { AlertReceiver } from '../alert/receiver-schema.ts'
import type { AlertRuleDocument } from '../alert/rule-schema.ts'
import type { HostDocument, HostGroupDocument } from './schema.ts'

/** What groups hosts, says how they are tuned, and when who is alerted, with all defaults filled in. */
export type ResourceDocument = HostDocument | HostGroupDocument | TuningProfileDocument | AlertRuleDocument | AlertReceiver
export type ResourceKind = ResourceDocument['kind']

/** A document as it is stored: as it was written, so that a field added later gets its default when it is read. */
export interface ResourceRecord {
  readonly kind: ResourceKind
  readonly name: string
  readonly written: unknown
  readonly createdUnixMs: number
  /** Who wrote it last. */
  readonly author: string
}

/** By which a document is kept; names are unique within a kind. */
export const resourceId = ({ kind, name }: { readonly kind: ResourceKind; readonly name: string }): string => `${kind}/${name}`

/** What people call a document, such as `group gpus`. */
export const resourceLabel = ({ kind, name }: { readonly kind: ResourceKind; readonly name: string }): string => `${words[kind]} ${name}`

const words: Readonly<Record<ResourceKind, string>> = {
  Host: 'host',
  HostGroup: 'group',
  TuningProfile: 'profile',
  AlertRule: 'rule',
  AlertReceiver: 'receiver',
}
