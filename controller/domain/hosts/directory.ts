/** The stored documents made ready to be asked about many hosts. Pure. */
import { builtInProfiles } from '../../../shared/tuning/built-in.ts'
import { type TuningProfileDocument, tuningProfileDocument } from '../../../shared/tuning/document.ts'
import { type Group, groupOf } from './groups.ts'
import type { ResourceRecord } from './resource.ts'
import { type HostDocument, hostGroupSchema, hostSchema } from './schema.ts'

export interface Directory {
  /** By the host's name. */
  readonly hosts: ReadonlyMap<string, HostDocument>
  readonly groups: readonly Group[]
  /** By name, the built-in ones included. */
  readonly profiles: ReadonlyMap<string, TuningProfileDocument>
}

/** A document that this version cannot read counts as not there. */
export const directoryOf = (records: Iterable<ResourceRecord>): Directory => {
  const hosts = new Map<string, HostDocument>()
  const groups: Group[] = []
  const profiles = new Map(builtInProfiles)
  const readers: Readonly<Record<ResourceRecord['kind'], (written: unknown) => void>> = {
    Host: (written) => {
      const { data } = hostSchema.safeParse(written)
      if (data) hosts.set(data.name, data)
    },
    HostGroup: (written) => {
      const { data } = hostGroupSchema.safeParse(written)
      if (data) groups.push(groupOf(data))
    },
    TuningProfile: (written) => {
      const { data } = tuningProfileDocument.safeParse(written)
      if (data && !builtInProfiles.has(data.name)) profiles.set(data.name, data)
    },
  }
  for (const { kind, written } of records) readers[kind](written)
  return { hosts, groups, profiles }
}
