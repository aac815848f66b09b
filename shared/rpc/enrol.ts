import type { EnrolReply__Output } from '../../proto/generated/hostler/v1/EnrolReply.ts'
import type { EnrolRequest } from '../../proto/generated/hostler/v1/EnrolRequest.ts'
import type { RenewRequest } from '../../proto/generated/hostler/v1/RenewRequest.ts'
import { protocolVersion, version } from '../config/version.ts'
import { HostlerError } from '../errors/hostler-error.ts'
import { joinAddress, splitAddress } from '../identity/address.ts'
import type { Credentials } from '../identity/credentials-file.ts'
import type { JoinToken } from '../identity/join-token.ts'
import { fetchPinnedCa } from '../identity/pin.ts'
import { identityKinds } from '../identity/subject.ts'
import { controllerChannel, enrolmentChannel } from './channel.ts'
import { contract } from './proto.ts'
import { callUnary } from './unary.ts'

const timeoutMs = 15_000

export interface Joiner {
  readonly name: string
  readonly machineId: string
}

const kindOf = (text: string): Credentials['kind'] => {
  const kind = identityKinds.find((candidate) => candidate === text)
  if (!kind)
    throw new HostlerError('PROTOCOL_MISMATCH', `the controller gave an identity of kind "${text}", which this version does not know`)
  return kind
}

/** `:7400` means the host that was asked. */
const reachable = (controllerAddress: string, asked: string): string =>
  controllerAddress.startsWith(':') ? joinAddress(splitAddress(asked).host, Number(controllerAddress.slice(1))) : controllerAddress

/**
 * First contact: pins the CA by the token's fingerprint, makes a key, gets a certificate. The key never leaves this process.
 * Errors: CONTROLLER_UNREACHABLE, CA_MISMATCH, TOKEN_INVALID, TOKEN_EXPIRED, TOKEN_EXHAUSTED, NAME_TAKEN, PROTOCOL_MISMATCH.
 */
export const enrolWithToken = async (token: JoinToken, joiner: Joiner): Promise<Credentials> => {
  const caPem = await fetchPinnedCa(token.address, token.caSha256Hex, timeoutMs)
  // Loaded late: a daemon that is already a member never needs it.
  const { createSigningRequest } = await import('../identity/key-pair.ts')
  const { privateKeyPem, csrPem } = await createSigningRequest(joiner.name)
  const target = enrolmentChannel(token.address, caPem)
  const client = new (contract('identity').Enrolment)(target.address, target.credentials, target.options)
  const request = {
    tokenId: token.id,
    tokenSecret: token.secret,
    csrPem,
    name: joiner.name,
    machineId: joiner.machineId,
    protocol: protocolVersion,
    version,
  }
  try {
    const reply = await callUnary<EnrolRequest, EnrolReply__Output>(client.Enrol.bind(client), request, { timeoutMs, where: token.address })
    return {
      version: 1,
      kind: kindOf(reply.kind),
      id: reply.id,
      name: reply.name,
      controller: reachable(reply.controllerAddress, token.address),
      caPem: reply.caPem,
      certificatePem: reply.certificatePem,
      privateKeyPem,
    }
  } finally {
    client.close()
  }
}

/** A certificate for a new key, with the present one as proof. Errors: CONTROLLER_UNREACHABLE, IDENTITY_REVOKED. */
export const renewCredentials = async (present: Credentials): Promise<Credentials> => {
  const { createSigningRequest } = await import('../identity/key-pair.ts')
  const { privateKeyPem, csrPem } = await createSigningRequest(present.name)
  const target = controllerChannel(present)
  const client = new (contract('identity').Identity)(target.address, target.credentials, target.options)
  try {
    const reply = await callUnary<RenewRequest, EnrolReply__Output>(
      client.Renew.bind(client),
      { csrPem },
      { timeoutMs, where: present.controller },
    )
    return { ...present, certificatePem: reply.certificatePem, caPem: reply.caPem, privateKeyPem }
  } finally {
    client.close()
  }
}
