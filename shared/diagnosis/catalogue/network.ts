/** What checks of this room can find, rule out and put on the timeline, with the parameters of each. */
import type { MeshCauses, MeshFindings } from './network-mesh.ts'

export const networkChecks = [
  'network.neighbours',
  'network.duplicate-address',
  'network.gateway',
  'network.path-mtu',
  'network.accept-queue',
  'network.conntrack',
  'network.cards',
  'network.bonds',
  'network.rdma',
  'network.mesh',
] as const

type HostFindings = {
  /** The kernel had no room for a neighbour, so packets to it were dropped. `overflows` since `sinceBoot` or in the window. */
  readonly 'network.neighbour-overflow': {
    readonly family: 'ipv4' | 'ipv6'
    readonly overflows: number
    readonly sinceBoot: boolean
    readonly entries: number
    readonly gcThresh3: number
  }
  readonly 'network.neighbours-nearly-full': {
    readonly family: 'ipv4' | 'ipv6'
    readonly entries: number
    readonly gcThresh3: number
    readonly percent: number
    readonly thresholdPercent: number
  }
  /** Asked for, and did not answer: INCOMPLETE or FAILED. */
  readonly 'network.neighbours-silent': { readonly addresses: string[]; readonly count: number }
  readonly 'network.duplicate-address': { readonly address: string; readonly device: string; readonly macs: string[] }
  readonly 'network.gateway-silent': { readonly gateway: string; readonly device: string; readonly resolved: boolean }
  readonly 'network.gateway-loss': { readonly gateway: string; readonly lossPercent: number; readonly thresholdPercent: number }
  readonly 'network.path-mtu': {
    readonly address: string
    readonly device: string
    readonly interfaceBytes: number
    /** 0: not found. */
    readonly largestBytes: number
    /** A router says what it can take, so hosts adapt. */
    readonly announced: boolean
  }
  readonly 'network.accept-queue': { readonly overflows: number; readonly sinceBoot: boolean }
  readonly 'network.accept-queue-full': { readonly listener: string; readonly waiting: number; readonly backlog: number }
  readonly 'network.conntrack-nearly-full': { readonly entries: number; readonly max: number; readonly percent: number }
  readonly 'network.conntrack-full': { readonly lines: number }
  readonly 'network.card-errors': { readonly device: string; readonly counter: string; readonly count: number; readonly ofPackets: number }
  readonly 'network.card-slow': { readonly device: string; readonly speedMbps: number; readonly othersMbps: number }
  readonly 'network.card-half-duplex': { readonly device: string }
  readonly 'network.card-flapping': { readonly device: string; readonly changes: number }
  readonly 'network.bond-unwatched': { readonly bond: string }
  readonly 'network.bond-member-down': { readonly bond: string; readonly member: string; readonly up: number; readonly members: number }
  readonly 'network.bond-mtu-differs': {
    readonly bond: string
    readonly bondMtu: number
    readonly member: string
    readonly memberMtu: number
  }
  readonly 'network.bond-lone': { readonly bond: string; readonly members: number }
  readonly 'network.rdma-down': { readonly port: string; readonly state: string; readonly physState: string }
  readonly 'network.rdma-errors': {
    readonly port: string
    readonly counter: string
    readonly count: number
    /** Over the time between two readings. */
    readonly rate: number
    readonly per: 'second' | 'minute' | 'hour'
    readonly threshold: number
  }
  /** Too much goes over the link to measure it without hurting what runs. */
  readonly 'network.busy': { readonly device: string; readonly mbps: number; readonly linkMbps: number; readonly percent: number }
}

export type NetworkFindings = HostFindings & MeshFindings

export type NetworkCauses = MeshCauses & {
  readonly 'network.table-has-room': { readonly family: string; readonly entries: number; readonly gcThresh3: number }
}
export type NetworkEvents = Record<never, never>
