/** Which groups a host is in. Pure. */
import type { HostDocument, HostGroupDocument } from './schema.ts'

/** What groups look at. */
export interface GroupedHost {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
}

/** A group made ready to be asked for many hosts. */
export interface Group {
  readonly document: HostGroupDocument
  readonly has: (host: GroupedHost) => boolean
}

export const groupOf = (document: HostGroupDocument): Group => {
  const names = new Set(document.hosts)
  const wanted = Object.entries(document.labels ?? {})
  const carries = ({ labels }: GroupedHost) => wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value)
  return { document, has: (host) => names.has(host.name) || carries(host) }
}

/** The labels of the agent's configuration and those of the host's document, which win. */
export const labelsOf = (own: Readonly<Record<string, string>>, document: HostDocument | undefined): Readonly<Record<string, string>> =>
  document === undefined || Object.keys(document.labels).length === 0 ? own : { ...own, ...document.labels }
