import { HostlerError } from '../errors/hostler-error.ts'

/** `host:port` or `[v6]:port` apart. Throws ARGUMENT_INVALID. */
export const splitAddress = (address: string): { host: string; port: number } => {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:\s]+)):(\d{1,5})$/.exec(address)
  const port = Number(match?.[3])
  const host = match?.[1] ?? match?.[2]
  if (!host || !(port > 0 && port < 65_536)) {
    throw new HostlerError('ARGUMENT_INVALID', `"${address}" is not an address; expected host:port, such as 10.0.0.5:7400`)
  }
  return { host, port }
}

export const joinAddress = (host: string, port: number): string => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`)
