import { createSocket } from 'node:dgram'
import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'

/** The first address of this machine that others can reach, preferring IPv4; loopback when there is none. */
export const firstAddress = (): string => {
  const all = Object.entries(networkInterfaces())
    .filter(([name]) => !/^(docker|br-|veth|cni|flannel|virbr)/.test(name))
    .flatMap(([, addresses]) => addresses ?? [])
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80:'))
  return (all.find(({ family }) => family === 'IPv4') ?? all[0])?.address ?? '127.0.0.1'
}

/** The address of this machine from which a host is reached, found by the kernel's routes; no packet is sent. */
export const addressTowards = (host: string): Promise<string> => {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const socket = createSocket(isIP(host) === 6 ? 'udp6' : 'udp4')
  const end = (settle: () => void) => {
    socket.close()
    settle()
  }
  socket.once('error', (error) => end(() => reject(error)))
  socket.connect(9, host, () => {
    const { address } = socket.address()
    end(() => resolve(address))
  })
  return promise
}
