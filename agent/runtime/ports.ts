import type { ReplicaSpec } from '../../shared/fleet/replica.ts'

export interface PortRange {
  readonly first: number
  /** Included. */
  readonly last: number
}

export const defaultPortRange: PortRange = { first: 20000, last: 29999 }

/** Those that a replica must have and no others. */
export const fixedPorts = ({ port, reservedPorts = [] }: Pick<ReplicaSpec, 'port' | 'reservedPorts'>): readonly number[] =>
  port === 0 ? reservedPorts : [port, ...reservedPorts]

/** A number that differs from text to text (FNV-1a). */
const numberOf = (text: string): number => {
  let hash = 0x811c9dc5
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return hash >>> 0
}

/**
 * A port for a replica that asks for any: the one it had if that is still free, else the first free one from where `owner` (host
 * and replica) points into the range, so that two agents on one machine do not choose alike at the same moment.
 * undefined: the range is used up. Pure.
 */
export const choosePort = (
  range: PortRange,
  taken: (port: number) => boolean,
  preferred: number | undefined,
  owner: string,
): number | undefined => {
  if (preferred !== undefined && preferred >= range.first && preferred <= range.last && !taken(preferred)) return preferred
  const size = range.last - range.first + 1
  const start = numberOf(owner) % size
  for (let offset = 0; offset < size; offset++) {
    const port = range.first + ((start + offset) % size)
    if (!taken(port)) return port
  }
  return undefined
}
