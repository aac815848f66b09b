/** What is measured between two hosts, and between all of them. */
import { z } from 'zod'
import { evidence, params } from './finding.ts'

export const latency = z.strictObject({
  sent: z.int(),
  received: z.int(),
  lossPercent: z.number(),
  minMs: z.number().nullable(),
  averageMs: z.number().nullable(),
  maxMs: z.number().nullable(),
  deviationMs: z.number().nullable().describe('Null where ping does not say it, as that of busybox.'),
})

export const throughput = z.strictObject({
  mbps: z.number().describe('As received.'),
  retransmits: z.int().nullable(),
  senderCpuPercent: z.number().nullable().describe('Of one core, as iperf3 counts its own process.'),
  receiverCpuPercent: z.number().nullable(),
})

export const pathMtu = z.strictObject({
  interfaceBytes: z.int().describe('MTU of the interface that the route leaves by.'),
  peerInterfaceBytes: z.int().nullable(),
  passes: z.boolean().nullable().describe('Whether a packet of that size arrives without being fragmented.'),
  largestPassingBytes: z.int().nullable(),
  announcedBytes: z.int().nullable().describe('What a router on the way said it can take; null when packets vanish without a word.'),
})

/** The first chunk of an answer to peer-serve. */
export const peerServer = z.strictObject({
  port: z.int(),
  linkMbps: z.number().nullable(),
  mtuBytes: z.int().nullable(),
  busyMbps: z.number().nullable().describe('What went through its interface before the measurement, the busier way.'),
})

/** One host's measurement towards one peer: idle, under load, idle again. What could not be measured is null, and problems say why. */
export const peerProbe = z.strictObject({
  idle: latency.nullable(),
  loaded: latency.nullable(),
  after: latency.nullable(),
  gateway: latency.nullable().describe("Towards the host's own gateway, to tell the first hop from the path. Null where it has none."),
  forward: throughput.nullable().describe('From the measuring host to its peer.'),
  reverse: throughput.nullable(),
  mtu: pathMtu.nullable(),
  linkMbps: z.number().nullable().describe('Rate of the slower card, where the kernel says it.'),
  rateMbps: z.number().describe('The cap that was kept; 0: none.'),
  problems: z.array(z.strictObject({ code: z.string(), params })).describe('Codes of findings that are UNKNOWN.'),
  evidence: z.array(evidence),
})

/** One pair of hosts. `forward` of its probe flows from `from` to `to`, `reverse` the other way. Each pair stands in a mesh once. */
export const meshCell = z.strictObject({
  from: z.string(),
  to: z.string(),
  round: z.int(),
  probe: peerProbe.nullable(),
  skipped: z.string().describe('Why there is no probe; empty when there is one.'),
})

export const mesh = z.strictObject({
  hosts: z.array(z.string()).describe('Names, in the order of the matrix.'),
  rounds: z.int(),
  cells: z.array(meshCell),
})

export type Latency = z.output<typeof latency>
export type Throughput = z.output<typeof throughput>
export type PathMtu = z.output<typeof pathMtu>
export type PeerServer = z.output<typeof peerServer>
export type PeerProbe = z.output<typeof peerProbe>
export type MeshCell = z.output<typeof meshCell>
export type Mesh = z.output<typeof mesh>
