/** Host groups and tuning profiles as `get` lists them. */
import type { Column } from '../terminal/table.ts'
import type { Fleet } from './fleet.ts'
import { type Resource, resource } from './resources.ts'
import type { StoredDocument } from './tuning.ts'

export type DocumentListing = 'groups' | 'profiles'

export interface Group {
  readonly name: string
  /** Empty: the group has no say. */
  readonly profile: string
  /** Hosts that are in it now. */
  readonly hosts: readonly string[]
  /** Hosts that the document names. */
  readonly named: readonly string[]
  /** Labels of the hosts that are in it without being named. */
  readonly labels: Readonly<Record<string, string>>
  readonly createdUnixMs: number
}

export interface Profile {
  readonly name: string
  readonly builtIn: boolean
  readonly inherits: readonly string[]
  readonly description: string
  /** mend or report. */
  readonly onDrift: string
  readonly digest: string
  /** Hosts that are to have it. */
  readonly hosts: readonly string[]
  /** With all that is inherited. */
  readonly settings: readonly object[]
}

/** A field of a document that another version may have written otherwise. */
const field = (document: unknown, name: string): unknown =>
  typeof document === 'object' && document !== null ? Reflect.get(document, name) : undefined
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
const listOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.map(String) : value === undefined ? [] : [String(value)]

const groupRow = ({ name, document, createdUnixMs }: StoredDocument, { hosts }: Fleet): Group => ({
  name,
  profile: textOf(field(document, 'profile')),
  hosts: hosts.filter(({ groups }) => groups.includes(name)).map((host) => host.name),
  named: listOf(field(document, 'hosts')),
  labels: (field(document, 'labels') ?? {}) as Group['labels'],
  createdUnixMs,
})

const profileRow = ({ name, builtIn, document, resolved }: StoredDocument, { hosts }: Fleet): Profile => ({
  name,
  builtIn,
  inherits: listOf(field(document, 'inherits')),
  description: textOf(field(document, 'description')),
  onDrift: resolved?.onDrift ?? '',
  digest: resolved?.digest ?? '',
  hosts: hosts.filter(({ profile }) => profile === name).map((host) => host.name),
  settings: resolved?.settings ?? [],
})

const selector = (labels: Group['labels']): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',')

const groupColumns: readonly Column<Group>[] = [
  { header: 'GROUP', cell: ({ name }) => name },
  { header: 'PROFILE', cell: ({ profile }) => profile },
  { header: 'HOSTS', cell: ({ hosts }) => String(hosts.length), right: true },
  { header: 'LABELS', rank: 1, least: 12, cell: ({ labels }) => selector(labels) },
  {
    header: 'MEMBERS',
    rank: 0,
    least: 16,
    cell: ({ hosts, named }) =>
      [...hosts, ...named.filter((name) => !hosts.includes(name)).map((name) => `${name} (not joined)`)].join(', '),
  },
]

const profileColumns: readonly Column<Profile>[] = [
  { header: 'PROFILE', cell: ({ name }) => name },
  { header: 'FROM', rank: 1, cell: ({ builtIn }) => (builtIn ? 'hostler' : 'user') },
  { header: 'INHERITS', rank: 3, cell: ({ inherits }) => inherits.join(',') },
  { header: 'SETTINGS', cell: ({ settings }) => String(settings.length), right: true },
  { header: 'ON-DRIFT', rank: 2, cell: ({ onDrift }) => onDrift },
  { header: 'HOSTS', cell: ({ hosts }) => String(hosts.length), right: true },
  { header: 'DESCRIPTION', rank: 0, least: 16, cell: ({ description }) => description },
]

/** @param documents all that the controller has */
export const documentListings = (documents: readonly StoredDocument[]): Readonly<Record<DocumentListing, Resource>> => ({
  groups: resource<Group>({
    singular: 'group',
    kinds: ['hosts'],
    whenEmpty: 'no groups; make one from a file with kind: HostGroup and hostler apply -f FILE',
    rows: (fleet) => documents.filter(({ kind }) => kind === 'HostGroup').map((document) => groupRow(document, fleet)),
    columns: () => groupColumns,
    name: ({ name }) => name,
    names: ({ name }) => [name],
  }),
  profiles: resource<Profile>({
    singular: 'profile',
    kinds: ['hosts'],
    whenEmpty: 'no profiles',
    rows: (fleet) => documents.filter(({ kind }) => kind === 'TuningProfile').map((document) => profileRow(document, fleet)),
    columns: () => profileColumns,
    name: ({ name }) => name,
    names: ({ name }) => [name],
  }),
})
