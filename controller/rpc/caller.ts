import type { ServerDuplexStream, ServerReadableStream, ServerUnaryCall, ServerWritableStream } from '@grpc/grpc-js'
import { HostlerError } from '../../shared/errors/hostler-error.ts'
import { type Identity, type IdentityKind, identityOf, type Role, roles } from '../../shared/identity/subject.ts'
import type { IdentityRecord } from '../store/store.ts'
import { activeIdentity } from '../usecases/enrolment.ts'
import type { Facts } from '../usecases/facts.ts'

type Call = Pick<
  | ServerUnaryCall<unknown, unknown>
  | ServerReadableStream<unknown, unknown>
  | ServerWritableStream<unknown, unknown>
  | ServerDuplexStream<unknown, unknown>,
  'getAuthContext'
>

/** Who calls, as TLS proved it. Throws IDENTITY_REVOKED, CA_MISMATCH. */
export const callerOf = (call: Call, facts: Facts): { readonly identity: Identity; readonly record: IdentityRecord } => {
  const certificate = call.getAuthContext()?.sslPeerCertificate
  if (!certificate) throw new HostlerError('CREDENTIALS_MISSING', 'the call carries no client certificate; join with a token first')
  const identity = identityOf(certificate)
  return { identity, record: activeIdentity(facts, identity) }
}

/** The caller, if it is of that kind. Throws ROLE_FORBIDDEN. */
export const callerOfKind = (call: Call, facts: Facts, kind: IdentityKind): Identity => {
  const { identity } = callerOf(call, facts)
  if (identity.kind !== kind) throw new HostlerError('ROLE_FORBIDDEN', `this call is for a ${kind}; ${identity.id} is a ${identity.kind}`)
  return identity
}

/** The caller, if it is a person whose role is at least that. The role in the store counts, so that it can be taken away. */
export const personWith = (call: Call, facts: Facts, needed: Role): IdentityRecord => {
  const { identity, record } = callerOf(call, facts)
  const rank = record.role ? roles.indexOf(record.role) : roles.length
  if (identity.kind !== 'user' || rank > roles.indexOf(needed)) {
    throw new HostlerError('ROLE_FORBIDDEN', `this needs the role ${needed}; ${record.name} is ${record.role ?? `a ${record.kind}`}`)
  }
  return record
}

/** When the certificate of a call ends; NaN without one. */
export const certificateEndOf = (call: Call): number => Date.parse(call.getAuthContext()?.sslPeerCertificate?.valid_to ?? '')
