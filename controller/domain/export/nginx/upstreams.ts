import { HostlerError } from '../../../../shared/errors/hostler-error.ts'
import type { DeploymentSpec } from '../../spec/schema.ts'
import type { NginxUpstream } from './render.ts'

const addressForm = /^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?):([1-9]\d{0,4})$/

/** `host:port`, an IPv6 address in brackets. */
export const isAddress = (text: string): boolean => {
  const port = addressForm.exec(text)?.[1]
  return port !== undefined && Number(port) <= 65_535
}

const invalid = (message: string): HostlerError => new HostlerError('ARGUMENT_INVALID', message)

/**
 * Addresses by deployment, from `DEPLOYMENT=HOST:PORT`; the name may be left out where there is one deployment only.
 * @throws HostlerError ARGUMENT_INVALID
 */
export const addressesOf = (words: readonly string[], names: readonly string[]): ReadonlyMap<string, readonly string[]> => {
  const byName = new Map<string, string[]>()
  for (const word of words) {
    const cut = word.indexOf('=')
    const name = cut === -1 ? (names.length === 1 ? names[0] : undefined) : word.slice(0, cut)
    const address = word.slice(cut + 1)
    if (name === undefined)
      throw invalid(`--server ${word} names no deployment, and there are ${names.length}; expected such as ${names[0]}=10.0.0.1:8000`)
    if (!names.includes(name)) throw invalid(`--server ${word}: no deployment is named ${name}; there are: ${names.join(', ')}`)
    if (!isAddress(address)) throw invalid(`--server ${word}: '${address}' is no address; expected HOST:PORT, such as 10.0.0.1:8000`)
    const known = byName.get(name) ?? []
    if (known.includes(address)) throw invalid(`--server ${word} is given twice`)
    byName.set(name, [...known, address])
  }
  return byName
}

export const upstreamOfSpec = (spec: DeploymentSpec, servers: readonly string[]): NginxUpstream => ({
  name: spec.name,
  servers,
  maxConcurrent: spec.maxConcurrent,
  rateLimit: spec.rateLimit,
  path: '/v1/',
})
