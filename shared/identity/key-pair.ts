import { webcrypto } from 'node:crypto'
import { keyAlgorithm, x509 } from './x509.ts'

export interface SigningRequest {
  readonly privateKeyPem: string
  readonly csrPem: string
}

/** A fresh P-256 key and a certificate request for it. The private key never leaves the caller. */
export const createSigningRequest = async (commonName: string): Promise<SigningRequest> => {
  const keys = await webcrypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify'])
  const csr = await x509.Pkcs10CertificateRequestGenerator.create({
    name: `CN=${commonName}`,
    keys,
    signingAlgorithm: keyAlgorithm,
  })
  return { privateKeyPem: await exportPrivateKey(keys.privateKey), csrPem: csr.toString('pem') }
}

/** PKCS#8 PEM of a private key. */
export const exportPrivateKey = async (key: CryptoKey): Promise<string> =>
  x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')
