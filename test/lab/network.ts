import { run } from './process.ts'
import { takeLock } from './run-directory.ts'

export const switchNamespace = (runId: string): string => `hl-${runId}-switch`
export const hostNamespace = (runId: string, host: string): string => `hl-${runId}-${host}`
/** This machine's own end of the lab's network. */
export const uplinkName = (runId: string): string => `hl-${runId}`
export const namespaceFile = (namespace: string): string => `/run/netns/${namespace}`

/** A rate limit on a link, both ways. */
export interface Shape {
  readonly rateMbit: number
  /** How much may pass at once before the rate applies; default 32 KiB. */
  readonly burstKiB?: number
  /** The longest that a packet waits in the queue before it is dropped; default 400 ms. */
  readonly queueMs?: number
}

/** The cable between a host and the switch. */
export interface Link {
  /** Pulls the cable: no packet passes in either direction, and nobody is told. */
  cut(): Promise<void>
  restore(): Promise<void>
  shape(shape: Shape): Promise<void>
  unshape(): Promise<void>
}

/**
 * A network of its own for one run. The bridge has a namespace to itself, so that no firewall rule of this machine applies
 * between the hosts; this machine is one more station on it, at `gateway`.
 */
export interface LabNetwork {
  /** The first three octets of the /24. */
  readonly prefix: string
  /** This machine's address on the network. */
  readonly gateway: string
  /** Makes the namespace of a host with an interface eth0, whose address ends in the station number (2 to 254). */
  join(host: string, station: number): Promise<Link>
}

/** Makes the switch of a run and this machine's port on it. */
export const createNetwork = async (runId: string): Promise<LabNetwork> => {
  const lab = switchNamespace(runId)
  const uplink = uplinkName(runId)
  const prefix = await takePrefix(runId)
  const gateway = `${prefix}.1`
  await run('ip', ['netns', 'add', lab])
  await ip(lab, ['link set lo up', 'link add br0 type bridge', 'link set br0 up'])
  await ip(undefined, [
    `link add ${uplink} type veth peer name uplink netns ${lab}`,
    `address add ${gateway}/24 dev ${uplink}`,
    `link set ${uplink} up`,
  ])
  await ip(lab, ['link set uplink master br0 up'])

  return {
    prefix,
    gateway,
    async join(host, station) {
      const namespace = hostNamespace(runId, host)
      await run('ip', ['netns', 'add', namespace])
      return plug(lab, namespace, `${prefix}.${station}`, `port${station}`)
    },
  }
}

/** Reserves a /24 of 10.213.0.0/16 that this machine has no route to and no other run has taken. */
const takePrefix = async (runId: string): Promise<string> => {
  const routes = (await run('ip', ['route', 'show', 'table', 'all'])).stdout
  const first = Number.parseInt(runId.slice(0, 2), 16)
  for (let step = 0; step < 256; step++) {
    const third = (first + step) % 256
    const prefix = `10.213.${third}`
    if (!routes.includes(`${prefix}.`) && (await takeLock(runId, `subnet-${third}`))) return prefix
  }
  throw new Error('no network in 10.213.0.0/16 is free; scripts/teardown removes what dead runs left behind')
}

/** Lays a cable between a port of the switch and eth0 of a host. */
const plug = async (lab: string, host: string, address: string, port: string): Promise<Link> => {
  await ip(lab, [`link add ${port} type veth peer name eth0 netns ${host}`, `link set ${port} master br0`, `link set ${port} up`])
  await ip(host, ['link set lo up', `address add ${address}/24 dev eth0`, 'link set eth0 up'])
  // A queue limits what leaves a device, so each end of the cable gets one.
  const ends = [
    { namespace: lab, device: port },
    { namespace: host, device: 'eth0' },
  ]
  return {
    async cut() {
      await ip(lab, [`link set ${port} down`])
    },
    async restore() {
      await ip(lab, [`link set ${port} up`])
    },
    async shape({ rateMbit, burstKiB = 32, queueMs = 400 }) {
      const limit = `tbf rate ${rateMbit}mbit burst ${burstKiB}kb latency ${queueMs}ms`.split(' ')
      for (const { namespace, device } of ends) {
        await run('tc', ['-n', namespace, 'qdisc', 'replace', 'dev', device, 'root', ...limit])
      }
    },
    async unshape() {
      for (const { namespace, device } of ends) {
        // Exit status 2: there was no limit.
        await run('tc', ['-n', namespace, 'qdisc', 'del', 'dev', device, 'root'], { accept: [0, 2] })
      }
    },
  }
}

const ip = async (namespace: string | undefined, commands: readonly string[]): Promise<void> => {
  const where = namespace === undefined ? [] : ['-n', namespace]
  await run('ip', [...where, '-batch', '-'], { input: `${commands.join('\n')}\n` })
}
