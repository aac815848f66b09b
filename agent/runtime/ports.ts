export interface PortRange {
  readonly first: number
  /** Included. */
  readonly last: number
}

export const defaultPortRange: PortRange = { first: 20000, last: 29999 }

/**
 * A port for a replica that asks for any: the one it had if that is still free, else the first free one of the range.
 * undefined: the range is used up. Pure.
 */
export const choosePort = (range: PortRange, taken: (port: number) => boolean, preferred: number | undefined): number | undefined => {
  if (preferred !== undefined && preferred >= range.first && preferred <= range.last && !taken(preferred)) return preferred
  for (let port = range.first; port <= range.last; port++) if (!taken(port)) return port
  return undefined
}
