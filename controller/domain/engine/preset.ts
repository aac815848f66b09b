/** What a preset knows of its engine. Placeholders `{{address}} {{port}} {{apiKey}} {{modelPath}}` are filled in by the agent. */
import type { DeploymentSpec } from '../spec/schema.ts'

export interface Launch {
  /** Empty: the image's own entrypoint. */
  readonly command: readonly string[]
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** The place of a member in its gang. */
export interface Seat {
  /** 0 for the leader, which alone serves. */
  readonly rank: number
  /** Hosts of the gang. */
  readonly worldSize: number
  /** Empty: not known. */
  readonly interface: string
}

export interface Preset {
  /** Pinned, so that two hosts never run two versions of one revision. Empty: the spec must name one. */
  readonly image: (spec: DeploymentSpec) => string
  /** Without a seat: a replica on one host. With one, `{{leaderAddress}} {{leaderPort}}` and the like may be used too. */
  readonly launch: (spec: DeploymentSpec, seat?: Seat) => Launch
  /** Why it cannot span hosts; absent when it can. */
  readonly oneHostOnly?: string
  readonly healthPath: string
  readonly metricsPath: string
  /** What users should know before they rely on this engine; shown when a deployment is applied. */
  readonly notes: readonly string[]
}

/** `--flag value` when there is a value, nothing otherwise. */
export const option = (flag: string, value: string | number | undefined): readonly string[] =>
  value === undefined ? [] : [flag, String(value)]

/** `--flag value` when the value is more than the engine's own default of 1. */
export const optionAbove1 = (flag: string, value: number): readonly string[] => (value > 1 ? [flag, String(value)] : [])

/** What NCCL and Gloo need to find the card that the hosts reach one another by. */
export const interfaceEnv = (seat: Seat | undefined): Readonly<Record<string, string>> =>
  seat === undefined || seat.interface === '' ? {} : { NCCL_SOCKET_IFNAME: '{{interface}}', GLOO_SOCKET_IFNAME: '{{interface}}' }
