/** The stored documents made ready to be asked about many hosts. Pure. */
import { builtInProfiles } from '../../../shared/tuning/built-in.ts'
import type { TuningProfileDocument } from '../../../shared/tuning/document.ts'
import type { AlertReceiver } from '../alert/receiver-schema.ts'
import type { AlertRuleDocument } from '../alert/rule-schema.ts'
import { type Group, groupOf } from './groups.ts'
import { resourceSchemas } from './kinds.ts'
import type { ResourceDocument, ResourceRecord } from './resource.ts'
import type { HostDocument } from './schema.ts'

export interface Directory {
  /** By the host's name. */
  readonly hosts: ReadonlyMap<string, HostDocument>
  readonly groups: readonly Group[]
  /** By name, the built-in ones included. */
  readonly profiles: ReadonlyMap<string, TuningProfileDocument>
  /** Alert rules that users gave, by name. */
  readonly rules: ReadonlyMap<string, AlertRuleDocument>
  readonly receivers: ReadonlyMap<string, AlertReceiver>
}

type Reader = (record: ResourceRecord) => ResourceDocument | undefined

/** Undefined for a document that this version cannot read, which counts as not there. */
export const readResource: Reader = ({ kind, written }) => resourceSchemas[kind].safeParse(written).data

/** @param read may remember what it read: a record never changes */
export const directoryOf = (records: Iterable<ResourceRecord>, read: Reader = readResource): Directory => {
  const hosts = new Map<string, HostDocument>()
  const groups: Group[] = []
  const profiles = new Map(builtInProfiles)
  const rules = new Map<string, AlertRuleDocument>()
  const receivers = new Map<string, AlertReceiver>()
  for (const record of records) {
    const document = read(record)
    if (document?.kind === 'Host') hosts.set(document.name, document)
    else if (document?.kind === 'HostGroup') groups.push(groupOf(document))
    else if (document?.kind === 'AlertRule') rules.set(document.name, document)
    else if (document?.kind === 'AlertReceiver') receivers.set(document.name, document)
    else if (document?.kind === 'TuningProfile' && !builtInProfiles.has(document.name)) profiles.set(document.name, document)
  }
  return { hosts, groups, profiles, rules, receivers }
}
