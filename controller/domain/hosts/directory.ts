/** The stored documents made ready to be asked about many hosts. Pure. */
import { builtInProfiles } from '../../../shared/tuning/built-in.ts'
import { type TuningProfileDocument, tuningProfileDocument } from '../../../shared/tuning/document.ts'
import { type Group, groupOf } from './groups.ts'
import type { ResourceDocument, ResourceRecord } from './resource.ts'
import { type HostDocument, hostGroupSchema, hostSchema } from './schema.ts'

export interface Directory {
  /** By the host's name. */
  readonly hosts: ReadonlyMap<string, HostDocument>
  readonly groups: readonly Group[]
  /** By name, the built-in ones included. */
  readonly profiles: ReadonlyMap<string, TuningProfileDocument>
}

type Reader = (record: ResourceRecord) => ResourceDocument | undefined

const schemas = { Host: hostSchema, HostGroup: hostGroupSchema, TuningProfile: tuningProfileDocument }

/** Undefined for a document that this version cannot read, which counts as not there. */
export const readResource: Reader = ({ kind, written }) => schemas[kind].safeParse(written).data

/** @param read may remember what it read: a record never changes */
export const directoryOf = (records: Iterable<ResourceRecord>, read: Reader = readResource): Directory => {
  const hosts = new Map<string, HostDocument>()
  const groups: Group[] = []
  const profiles = new Map(builtInProfiles)
  for (const record of records) {
    const document = read(record)
    if (document?.kind === 'Host') hosts.set(document.name, document)
    else if (document?.kind === 'HostGroup') groups.push(groupOf(document))
    else if (document && !builtInProfiles.has(document.name)) profiles.set(document.name, document)
  }
  return { hosts, groups, profiles }
}
