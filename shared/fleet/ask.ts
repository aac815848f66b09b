/** What the controller can ask of one agent, each answered on a stream of its own and safe to repeat. */
import type { Subject } from '../diagnosis/subjects.ts'
import type { TuneAction } from '../tuning/answer.ts'
import type { TuningProfile } from '../tuning/profile.ts'

export type AgentAsk =
  | {
      readonly kind: 'logs'
      readonly replicaId: string
      /** 0: from the start. */
      readonly tailLines: number
      readonly follow: boolean
      readonly timestamps: boolean
    }
  /** Answered with one TuneAnswer. Without a profile: the one of the host's spec. */
  | { readonly kind: 'tune'; readonly action: TuneAction; readonly profile?: TuningProfile | undefined }
  /** Answered with one HostDiagnosis. */
  | { readonly kind: 'diagnose'; readonly subject: Subject; readonly fromUnixMs: number; readonly toUnixMs: number }
  /** Be the far end of peer probes until cancelled or the deadline; the first chunk is `{"port": N}`. */
  | { readonly kind: 'peer-serve'; readonly peers: readonly string[] }
  /** Answered with one PeerProbe. */
  | {
      readonly kind: 'peer-probe'
      readonly address: string
      /** 0: idle latency, gateway and MTU. Otherwise: the load, with pings before, meanwhile and after. */
      readonly port: number
      /** Of each direction. */
      readonly loadMs: number
      /** 0: no cap. */
      readonly rateMbps: number
    }

/** Who answers each kind: chunks as they come. An iteration that throws becomes the error of the answer. */
export type Answerers = {
  readonly [Kind in AgentAsk['kind']]?: (ask: Extract<AgentAsk, { readonly kind: Kind }>, signal: AbortSignal) => AsyncIterable<Buffer>
}

/** Undefined when nobody answers this kind. */
export const answerTo = <Kind extends AgentAsk['kind']>(
  answerers: Answerers,
  ask: Extract<AgentAsk, { readonly kind: Kind }>,
  signal: AbortSignal,
): AsyncIterable<Buffer> | undefined => answerers[ask.kind as Kind]?.(ask, signal)
