/** What is measured between two hosts, and between all of them. */
import { z } from 'zod'
import { evidence } from './finding.ts'

export const latency = z.strictObject({
  sent: z.int(),
  received: z.int(),
  lossPercent: z.number(),
  minMs: z.number().nullable(),
  averageMs: z.number().nullable(),
  maxMs: z.number().nullable(),
  deviationMs: z.number().nullable(),
})

export const throughput = z.strictObject({
  mbps: z.number(),
  retransmits: z.int().nullable(),
  senderCpuPercent: z.number().nullable(),
  receiverCpuPercent: z.number().nullable(),
})

/** One host's measurement towards one peer: idle, under load, idle again. What could not be measured is null, and problems say why. */
export const peerProbe = z.strictObject({
  idle: latency.nullable(),
  loaded: latency.nullable(),
  after: latency.nullable(),
  gateway: latency.nullable().describe("Towards the host's own gateway, to tell the first hop from the path."),
  forward: throughput.nullable().describe('From the measuring host to its peer.'),
  reverse: throughput.nullable(),
  mtu: z.strictObject({ interfaceBytes: z.int(), passes: z.boolean().nullable(), largestPassingBytes: z.int().nullable() }).nullable(),
  linkMbps: z.number().nullable().describe('Rate of the slower card, where the kernel says it.'),
  problems: z.array(z.strictObject({ code: z.string(), message: z.string() })),
  evidence: z.array(evidence),
})

export const meshCell = z.strictObject({
  from: z.string(),
  to: z.string(),
  round: z.int(),
  probe: peerProbe.nullable(),
  skipped: z.string(),
})

export const mesh = z.strictObject({
  hosts: z.array(z.string()).describe('Names, in the order of the matrix.'),
  rounds: z.int(),
  cells: z.array(meshCell),
})

export type Latency = z.output<typeof latency>
export type Throughput = z.output<typeof throughput>
export type PeerProbe = z.output<typeof peerProbe>
export type MeshCell = z.output<typeof meshCell>
export type Mesh = z.output<typeof mesh>
