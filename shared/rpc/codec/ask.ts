import type { Request__Output, Request as WireRequest } from '../../../proto/generated/hostler/v1/Request.ts'
import { subjects } from '../../diagnosis/subjects.ts'
import type { AgentAsk } from '../../fleet/ask.ts'
import { tuneActions } from '../../tuning/answer.ts'
import { profileFromWire, profileToWire } from './tuning.ts'
import { oneOf } from './words.ts'

/** Undefined: a kind that this version does not know. Throws PROTOCOL_MISMATCH on words that it does not know. */
export const askFromWire = ({ logs, tune, diagnose, peerServe, peerProbe }: Request__Output): AgentAsk | undefined => {
  if (logs) return { kind: 'logs', ...logs }
  if (tune) {
    const action = oneOf(tune.action, tuneActions, 'action')
    return { kind: 'tune', action, ...(tune.profile ? { profile: profileFromWire(tune.profile) } : {}) }
  }
  if (diagnose) return { kind: 'diagnose', ...diagnose, subject: oneOf(diagnose.subject, subjects, 'subject') }
  if (peerServe) return { kind: 'peer-serve', ...peerServe }
  if (peerProbe) return { kind: 'peer-probe', ...peerProbe }
  return undefined
}

type Body = Pick<WireRequest, 'logs' | 'tune' | 'diagnose' | 'peerServe' | 'peerProbe'>

const bodies: { readonly [Kind in AgentAsk['kind']]: (ask: Extract<AgentAsk, { readonly kind: Kind }>) => Body } = {
  logs: ({ kind: _, ...logs }) => ({ logs }),
  tune: ({ action, profile }) => ({ tune: { action, ...(profile ? { profile: profileToWire(profile) } : {}) } }),
  diagnose: ({ kind: _, ...diagnose }) => ({ diagnose }),
  'peer-serve': ({ peers }) => ({ peerServe: { peers: [...peers] } }),
  'peer-probe': ({ kind: _, ...peerProbe }) => ({ peerProbe }),
}

export const askToWire = <Kind extends AgentAsk['kind']>(ask: Extract<AgentAsk, { readonly kind: Kind }>): Body =>
  (bodies[ask.kind as Kind] as (ask: Extract<AgentAsk, { readonly kind: Kind }>) => Body)(ask)
