import { createHash, X509Certificate } from 'node:crypto'
import tls from 'node:tls'
import { HostlerError, messageOf } from '../errors/hostler-error.ts'
import { splitAddress } from './address.ts'
import { controllerServerName } from './subject.ts'

/** SHA-256 of a certificate's DER form, lower-case hex. */
export const fingerprintOf = (pem: string): string => createHash('sha256').update(new X509Certificate(pem).raw).digest('hex')

const toPem = (der: Buffer): string => new X509Certificate(der).toString()

/**
 * First contact: takes the CA certificate out of the controller's own chain, and trusts it only because its fingerprint is the one in the token.
 * Nothing is sent to a server whose chain lacks it. Errors: CONTROLLER_UNREACHABLE, CA_MISMATCH.
 */
export const fetchPinnedCa = (address: string, caSha256Hex: string, timeoutMs: number): Promise<string> => {
  const { host, port } = splitAddress(address)
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  // The chain is judged by the fingerprint below, since no CA is known yet.
  const socket = tls.connect({ host, port, rejectUnauthorized: false, servername: controllerServerName })
  const unreachable = (why: string) =>
    reject(
      new HostlerError(
        'CONTROLLER_UNREACHABLE',
        `${address} did not complete a TLS handshake (${why}); check the address and that the controller runs`,
      ),
    )
  socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`no answer within ${timeoutMs} ms`)))
  socket.once('error', (error) => unreachable(messageOf(error)))
  socket.once('secureConnect', () => {
    let certificate: tls.DetailedPeerCertificate | undefined = socket.getPeerCertificate(true)
    for (let depth = 0; certificate?.raw && depth < 4; depth++) {
      const pem = toPem(certificate.raw)
      if (fingerprintOf(pem) === caSha256Hex) {
        resolve(pem)
        break
      }
      certificate = certificate.issuerCertificate === certificate ? undefined : certificate.issuerCertificate
    }
    reject(
      new HostlerError(
        'CA_MISMATCH',
        `${address} presents a certificate of another CA than the token names (sha256 ${caSha256Hex.slice(0, 16)}…); this is another controller, or someone in between`,
      ),
    )
    socket.destroy()
  })
  return promise
}
