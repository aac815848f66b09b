import { HostlerError } from '../errors/hostler-error.ts'

export const identityKinds = ['host', 'gateway', 'user'] as const
export type IdentityKind = (typeof identityKinds)[number]

export const roles = ['admin', 'operator', 'viewer'] as const
/** What a person may do; hosts and gateways have none. */
export type Role = (typeof roles)[number]

/** Who is at the other end of a connection, as its certificate says. */
export interface Identity {
  readonly kind: IdentityKind
  /** `h-…`, `g-…` or `u-…` */
  readonly id: string
  /** Only for users. */
  readonly role?: Role | undefined
  /** Hex serial number of the certificate. */
  readonly serial: string
}

/** The name that every controller certificate carries, so that moving a controller to another address breaks no trust. */
export const controllerServerName = 'controller.hostler.internal'

/** Distinguished name of an identity: CN is the id, O the kind, OU the role. */
export const subjectOf = (identity: Omit<Identity, 'serial'>): string =>
  `CN=${identity.id}, O=hostler-${identity.kind}${identity.role ? `, OU=${identity.role}` : ''}`

interface CertificateLike {
  readonly subject: {
    readonly CN?: string | string[] | undefined
    readonly O?: string | string[] | undefined
    readonly OU?: string | string[] | undefined
  }
  readonly serialNumber: string
}

const single = (value: string | string[] | undefined): string => (typeof value === 'string' ? value : '')

/** Reads an identity out of a peer certificate that TLS has verified. Throws IDENTITY_REVOKED's sibling CA_MISMATCH for a foreign form. */
export const identityOf = (certificate: CertificateLike): Identity => {
  const kind = identityKinds.find((candidate) => single(certificate.subject.O) === `hostler-${candidate}`)
  const id = single(certificate.subject.CN)
  if (!kind || !id) {
    throw new HostlerError('CA_MISMATCH', 'the client certificate names no Hostler identity; join with a token of this controller')
  }
  const role = roles.find((candidate) => candidate === single(certificate.subject.OU))
  return { kind, id, role, serial: certificate.serialNumber.toLowerCase() }
}
