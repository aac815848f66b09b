import { randomBytes, webcrypto } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errnoOf, HostlerError, messageOf } from '../../shared/errors/hostler-error.ts'
import { exportPrivateKey } from '../../shared/identity/key-pair.ts'
import { controllerServerName, type Identity, subjectOf } from '../../shared/identity/subject.ts'
import { keyAlgorithm, x509 } from '../../shared/identity/x509.ts'
import { writeFileAtomic } from '../../shared/lifecycle/atomic-file.ts'

const dayMs = 86_400_000
const caLifeMs = 20 * 365 * dayMs
/** Made anew at every start, so this only bounds how long one controller process may run. */
const serverLifeMs = 5 * 365 * dayMs
/** Clocks of a fleet differ: a certificate is valid from an hour before it was made. */
const backdateMs = 3_600_000

export interface IssuedCertificate {
  readonly certificatePem: string
  readonly serial: string
  readonly expiresUnixMs: number
}

export interface ServerCertificate {
  readonly privateKeyPem: string
  /** Leaf, then CA. */
  readonly chainPem: string
}

/** The fleet's own certificate authority. Its key is a file of the controller's data directory and goes nowhere else. */
export interface CertificateAuthority {
  readonly certificatePem: string
  /** Throws ARGUMENT_INVALID on a CSR that is damaged or not signed by its own key. */
  checkRequest(csrPem: string): Promise<void>
  /** A client certificate for the key of a CSR. Throws like checkRequest. */
  issueClient(csrPem: string, identity: Omit<Identity, 'serial'>, lifeMs: number, nowUnixMs: number): Promise<IssuedCertificate>
  issueServer(nowUnixMs: number): Promise<ServerCertificate>
}

const newSerial = (): string => `00${randomBytes(15).toString('hex')}`

const readIfPresent = async (file: string): Promise<string | undefined> => {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw new HostlerError('CONFIG_INVALID', `cannot read ${file}: ${messageOf(error)}`, { cause: error })
  }
}

/** Whether the directory has had its first start. */
export const hasCertificateAuthority = async (directory: string): Promise<boolean> =>
  (await readIfPresent(join(directory, 'ca.crt'))) !== undefined

const createCa = async (
  certificateFile: string,
  keyFile: string,
  nowUnixMs: number,
): Promise<{ certificatePem: string; keyPem: string }> => {
  const keys = await webcrypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerial(),
    name: 'CN=Hostler CA, O=hostler',
    notBefore: new Date(nowUnixMs - backdateMs),
    notAfter: new Date(nowUnixMs + caLifeMs),
    signingAlgorithm: keyAlgorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  const created = { certificatePem: certificate.toString('pem'), keyPem: await exportPrivateKey(keys.privateKey) }
  await writeFileAtomic(keyFile, created.keyPem, { mode: 0o600 })
  await writeFileAtomic(certificateFile, created.certificatePem, { mode: 0o644 })
  return created
}

const parseRequest = async (csrPem: string): Promise<x509.Pkcs10CertificateRequest> => {
  try {
    const request = new x509.Pkcs10CertificateRequest(csrPem)
    if (!(await request.verify())) throw new Error('its signature is not of its own key')
    return request
  } catch (error) {
    throw new HostlerError('ARGUMENT_INVALID', `the certificate request is not usable: ${messageOf(error)}`, { cause: error })
  }
}

/** Opens the CA of a data directory, making it on the first start. Throws CONFIG_INVALID when one of its two files is gone. */
export const openCertificateAuthority = async (directory: string, nowUnixMs: number): Promise<CertificateAuthority> => {
  const certificateFile = join(directory, 'ca.crt')
  const keyFile = join(directory, 'ca.key')
  const [certificatePem, keyPem] = await Promise.all([readIfPresent(certificateFile), readIfPresent(keyFile)])
  if (certificatePem !== undefined && keyPem === undefined) {
    throw new HostlerError(
      'CONFIG_INVALID',
      `${keyFile} is missing beside ca.crt; restore it from a backup, since every agent trusts this CA`,
    )
  }
  // A key without a certificate is a first start that was cut off: nobody has seen this CA yet.
  const files =
    certificatePem !== undefined && keyPem !== undefined ? { certificatePem, keyPem } : await createCa(certificateFile, keyFile, nowUnixMs)
  const ca = new x509.X509Certificate(files.certificatePem)
  const signingKey = await webcrypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(files.keyPem), keyAlgorithm, false, ['sign'])
  const authorityKey = await x509.AuthorityKeyIdentifierExtension.create(await ca.publicKey.export())

  const issue = (
    subject: string,
    publicKey: CryptoKey,
    lifeMs: number,
    fromUnixMs: number,
    extensions: x509.Extension[],
    serialNumber: string,
  ) =>
    x509.X509CertificateGenerator.create({
      serialNumber,
      subject,
      issuer: ca.subject,
      notBefore: new Date(fromUnixMs - backdateMs),
      notAfter: new Date(fromUnixMs + lifeMs),
      signingAlgorithm: keyAlgorithm,
      signingKey,
      publicKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        authorityKey,
        ...extensions,
      ],
    })

  return {
    certificatePem: files.certificatePem,

    async checkRequest(csrPem) {
      await parseRequest(csrPem)
    },

    async issueClient(csrPem, identity, lifeMs, issuedUnixMs) {
      const request = await parseRequest(csrPem)
      const serial = newSerial()
      const certificate = await issue(
        subjectOf(identity),
        await request.publicKey.export(),
        lifeMs,
        issuedUnixMs,
        [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth])],
        serial,
      )
      return { certificatePem: certificate.toString('pem'), serial, expiresUnixMs: issuedUnixMs + lifeMs }
    },

    async issueServer(issuedUnixMs) {
      const keys = await webcrypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify'])
      const certificate = await issue(
        `CN=${controllerServerName}`,
        keys.publicKey,
        serverLifeMs,
        issuedUnixMs,
        [
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
          new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: controllerServerName }]),
        ],
        newSerial(),
      )
      return { privateKeyPem: await exportPrivateKey(keys.privateKey), chainPem: `${certificate.toString('pem')}\n${files.certificatePem}` }
    },
  }
}
