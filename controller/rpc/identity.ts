import { X509Certificate } from 'node:crypto'
import type { EnrolmentHandlers } from '../../proto/generated/hostler/v1/Enrolment.ts'
import type { EnrolReply } from '../../proto/generated/hostler/v1/EnrolReply.ts'
import type { EnrolRequest__Output } from '../../proto/generated/hostler/v1/EnrolRequest.ts'
import type { IdentityHandlers } from '../../proto/generated/hostler/v1/Identity.ts'
import type { RenewRequest__Output } from '../../proto/generated/hostler/v1/RenewRequest.ts'
import { protocolVersion, speaksWith } from '../../shared/config/version.ts'
import { HostlerError } from '../../shared/errors/hostler-error.ts'
import type { Log } from '../../shared/log/log.ts'
import type { CertificateAuthority } from '../identity/ca.ts'
import type { CertificateEnds } from '../usecases/certificate-ends.ts'
import type { UseCaseContext } from '../usecases/context.ts'
import { type Enrolled, enrol, renew } from '../usecases/enrolment.ts'
import { callerOf } from './caller.ts'
import { unary } from './unary-handler.ts'

export interface IdentityServiceOptions {
  readonly context: UseCaseContext
  readonly ca: CertificateAuthority
  /** Port of the mutual-TLS services; the host is the one that the caller reached. */
  readonly controllerAddress: () => string
  readonly certificates: CertificateEnds
  readonly log: Log
}

const reply = ({ identity, certificatePem }: Enrolled, { ca, controllerAddress }: IdentityServiceOptions): EnrolReply => ({
  id: identity.id,
  kind: identity.kind,
  name: identity.name,
  certificatePem,
  caPem: ca.certificatePem,
  controllerAddress: controllerAddress(),
})

/** Join: on the port without client certificates. */
export const enrolmentService = (options: IdentityServiceOptions): EnrolmentHandlers => ({
  Enrol: unary<EnrolRequest__Output, EnrolReply>(options.log, async (request) => {
    if (!speaksWith(request.protocol)) {
      throw new HostlerError(
        'PROTOCOL_MISMATCH',
        `version ${request.version} speaks protocol ${request.protocol}, this controller ${protocolVersion}; upgrade the older of the two`,
      )
    }
    return reply(await enrol(options.context, options.ca, request), options)
  }),
})

/** Renewal: on the mutual-TLS port. */
export const identityService = (options: IdentityServiceOptions): IdentityHandlers => ({
  Renew: unary<RenewRequest__Output, EnrolReply>(options.log, async (request, call) => {
    const { identity } = callerOf(call, options.context.ledger.facts)
    const renewed = await renew(options.context, options.ca, identity, request.csrPem)
    options.certificates.saw(identity.id, new X509Certificate(renewed.certificatePem).validToDate.getTime())
    return reply(renewed, options)
  }),
})
