import { webcrypto } from 'node:crypto'
import { exportPrivateKey } from '../../shared/identity/key-pair.ts'
import { x509 } from '../../shared/identity/x509.ts'

export interface TestCertificate {
  readonly certPem: string
  readonly keyPem: string
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/** A certificate for 127.0.0.1 that is its own authority. */
export const makeCertificate = async (name: string, lifeMs = 365 * 86_400_000): Promise<TestCertificate> => {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: algorithm,
    notBefore: new Date(Date.now() - 86_400_000),
    notAfter: new Date(Date.now() + lifeMs),
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }]), new x509.BasicConstraintsExtension(true)],
  })
  return { certPem: certificate.toString('pem'), keyPem: await exportPrivateKey(keys.privateKey) }
}
