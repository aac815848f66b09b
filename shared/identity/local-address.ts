import { networkInterfaces } from 'node:os'

/** The first address of this machine that others can reach, preferring IPv4; loopback when there is none. */
export const firstAddress = (): string => {
  const all = Object.entries(networkInterfaces())
    .filter(([name]) => !/^(docker|br-|veth|cni|flannel|virbr)/.test(name))
    .flatMap(([, addresses]) => addresses ?? [])
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80:'))
  return (all.find(({ family }) => family === 'IPv4') ?? all[0])?.address ?? '127.0.0.1'
}
