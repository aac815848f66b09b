import { HostlerError } from '../../shared/errors/hostler-error.ts'
import type { Identity } from '../../shared/identity/subject.ts'
import type { HostRecord } from '../domain/model.ts'
import type { CertificateAuthority } from '../identity/ca.ts'
import type { IdentityRecord, StoreChange, TokenRecord } from '../store/store.ts'
import { event, type UseCaseContext } from './context.ts'
import type { Facts } from './facts.ts'
import { checkToken } from './tokens.ts'

const dayMs = 86_400_000
/** Renewed by its holder when two thirds are over. */
export const certificateLifeMs = 90 * dayMs
export const adminLifeMs = 365 * dayMs

export interface EnrolmentWish {
  readonly tokenId: string
  readonly tokenSecret: string
  readonly csrPem: string
  readonly name: string
  readonly machineId: string
}

export interface Enrolled {
  readonly identity: IdentityRecord
  readonly certificatePem: string
}

const namePattern = /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/

/** A machine that joins again under its name keeps its id, and so its assignments. Another machine may not take the name. */
const hostAgain = (facts: Facts, name: string, machineId: string): HostRecord | undefined => {
  const known = [...facts.hosts.values()].find((host) => host.name === name)
  if (known && (known.machineId !== machineId || known.revoked)) {
    throw new HostlerError(
      'NAME_TAKEN',
      `another machine is host "${name}"; give this one another --name, or remove the old one with: hostler host remove ${name}`,
    )
  }
  return known
}

interface Enrolling {
  readonly identity: IdentityRecord
  readonly changes: readonly StoreChange[]
}

const newIdentity = (context: UseCaseContext, token: TokenRecord, name: string, id: string): IdentityRecord => ({
  id,
  kind: token.kind,
  name,
  role: token.role,
  createdUnixMs: context.clock.unixMs(),
  revoked: false,
})

const enrolHost = (context: UseCaseContext, facts: Facts, token: TokenRecord, wish: EnrolmentWish): Enrolling => {
  const known = hostAgain(facts, wish.name, wish.machineId)
  const identity = newIdentity(context, token, wish.name, known?.id ?? context.secrets.newId('h-'))
  const host: HostRecord = known ?? {
    id: identity.id,
    name: wish.name,
    machineId: wish.machineId,
    createdUnixMs: identity.createdUnixMs,
    cordoned: false,
    revoked: false,
    labels: {},
    generation: 0,
  }
  const told = event(context, 'info', known ? 'HostRejoined' : 'HostJoined', `host/${wish.name}`, `with token ${token.id}`)
  return { identity, changes: [{ kind: 'putIdentity', identity }, { kind: 'putHost', host }, told] }
}

/** Who joins again under a name keeps its id. The role never changes with it: a token for a viewer would else take an admin's role away. */
const otherAgain = (facts: Facts, token: TokenRecord, name: string): IdentityRecord | undefined => {
  const known = [...facts.identities.values()].filter((other) => other.kind === token.kind && other.name === name && !other.revoked)
  const different = known.find(({ role }) => role !== token.role)
  if (different) {
    throw new HostlerError(
      'NAME_TAKEN',
      `${token.kind} "${name}" exists with the role ${different.role}, the token is for ${token.role}; give another --name`,
    )
  }
  return known[0]
}

const enrolOther = (context: UseCaseContext, facts: Facts, token: TokenRecord, wish: EnrolmentWish): Enrolling => {
  const taken = otherAgain(facts, token, wish.name)
  const identity = newIdentity(context, token, wish.name, taken?.id ?? context.secrets.newId(token.kind === 'gateway' ? 'g-' : 'u-'))
  return {
    identity,
    changes: [
      { kind: 'putIdentity', identity },
      event(context, 'info', 'IdentityJoined', `${token.kind}/${wish.name}`, `with token ${token.id}`),
    ],
  }
}

/** Turns a join token into an identity and a certificate. The use is counted and the identity stored before the certificate leaves. */
export const enrol = async (context: UseCaseContext, ca: CertificateAuthority, wish: EnrolmentWish): Promise<Enrolled> => {
  if (!namePattern.test(wish.name)) {
    throw new HostlerError(
      'ARGUMENT_INVALID',
      `"${wish.name}" is not usable as a name; expected lower-case letters, digits, dots and dashes, such as gpu-01`,
    )
  }
  // Checked before the CSR is parsed, so that strangers cost nothing; checked again with the use counted.
  checkToken(context.ledger.facts, wish.tokenId, wish.tokenSecret, context.clock.unixMs())
  await ca.checkRequest(wish.csrPem)
  const enrolled = await context.ledger.transact((facts) => {
    const token = checkToken(facts, wish.tokenId, wish.tokenSecret, context.clock.unixMs())
    const { identity, changes } = (token.kind === 'host' ? enrolHost : enrolOther)(context, facts, token, wish)
    return { result: identity, changes: [{ kind: 'putToken', token: { ...token, usesLeft: token.usesLeft - 1 } }, ...changes] }
  })
  const { certificatePem } = await ca.issueClient(wish.csrPem, enrolled, certificateLifeMs, context.clock.unixMs())
  return { identity: enrolled, certificatePem }
}

/** A new certificate for an identity that proved itself by its present one. */
export const renew = async (context: UseCaseContext, ca: CertificateAuthority, identity: Identity, csrPem: string): Promise<Enrolled> => {
  const record = activeIdentity(context.ledger.facts, identity)
  const { certificatePem } = await ca.issueClient(
    csrPem,
    record,
    record.role === 'admin' ? adminLifeMs : certificateLifeMs,
    context.clock.unixMs(),
  )
  return { identity: record, certificatePem }
}

/** The record behind a certificate. Errors: IDENTITY_REVOKED. */
export const activeIdentity = (facts: Facts, identity: Identity): IdentityRecord => {
  const record = facts.identities.get(identity.id)
  if (!record || record.revoked || record.kind !== identity.kind) {
    throw new HostlerError('IDENTITY_REVOKED', `${identity.id} was revoked or removed here; join again with a new token`)
  }
  return record
}
