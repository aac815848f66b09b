import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createSecureContext } from 'node:tls'
import type { Clock } from '../../../shared/clock/clock.ts'
import { HostlerError, messageOf } from '../../../shared/errors/hostler-error.ts'
import type { Log } from '../../../shared/log/log.ts'

export interface CertificateFiles {
  /** PEM: the server's certificate first, then those that lead to its authority. */
  readonly cert: string
  /** PEM, without a passphrase. */
  readonly key: string
}

/** A certificate with its key, as clients are shown it. */
export interface Certificate {
  readonly certPem: string
  readonly keyPem: string
  readonly expiresUnixMs: number
  /** Of both files. */
  readonly sha256Hex: string
}

export const minVersion = 'TLSv1.2'

const contentOf = async (what: string, file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new HostlerError('CONFIG_INVALID', `gateway.tls.${what}: ${file} cannot be read (${messageOf(error)})`, { cause: error })
  }
}

const parsed = <T>(what: string, file: string, parse: () => T): T => {
  try {
    return parse()
  } catch (error) {
    throw new HostlerError('CONFIG_INVALID', `gateway.tls.${what}: ${file} is not usable (${messageOf(error)}); expected PEM`, {
      cause: error,
    })
  }
}

/** Both files, read and tried together. @throws HostlerError CONFIG_INVALID naming the file and what is wrong with it */
export const readCertificate = async (files: CertificateFiles): Promise<Certificate> => {
  const [certPem, keyPem] = await Promise.all([contentOf('cert', files.cert), contentOf('key', files.key)])
  const certificate = parsed('cert', files.cert, () => new X509Certificate(certPem))
  const key = parsed('key', files.key, () => createPrivateKey(keyPem))
  if (!certificate.checkPrivateKey(key))
    throw new HostlerError('CONFIG_INVALID', `gateway.tls: the key in ${files.key} is not that of the certificate in ${files.cert}`)
  parsed('cert', files.cert, () => createSecureContext({ cert: certPem, key: keyPem, minVersion }))
  const sha256Hex = createHash('sha256').update(certPem).update('\0').update(keyPem).digest('hex')
  return { certPem, keyPem, expiresUnixMs: certificate.validToDate.getTime(), sha256Hex }
}

export interface WatchOptions {
  readonly files: CertificateFiles
  readonly first: Certificate
  readonly everyMs: number
  readonly clock: Clock
  readonly log: Log
  readonly onChange: (certificate: Certificate) => void
}

const soonMs = 14 * 86_400_000

const tell = ({ clock, log }: WatchOptions, { expiresUnixMs }: Certificate): void => {
  const fields = { expires: new Date(expiresUnixMs).toISOString() }
  const leftMs = expiresUnixMs - clock.unixMs()
  if (leftMs > soonMs) log.info('certificate in use', fields)
  else log.warn(leftMs > 0 ? 'certificate in use, which expires soon' : 'certificate in use, which has expired', fields)
}

/**
 * Looks at the files again and again, by their content: renewals replace them by renames, links or in place. A pair that cannot be used (the new certificate
 * beside the old key, half a file) is told once and leaves what was in use.
 */
export const watchCertificate = (options: WatchOptions): Disposable => {
  const { files, first, everyMs, log, onChange } = options
  let used = first.sha256Hex
  let told = ''
  let looking = false
  const look = async (): Promise<void> => {
    try {
      const next = await readCertificate(files)
      if (next.sha256Hex !== used) {
        used = next.sha256Hex
        onChange(next)
        tell(options, next)
      }
      told = ''
    } catch (error) {
      const reason = messageOf(error)
      if (reason !== told) log.error('the new certificate cannot be used, the last one stays in use', { reason })
      told = reason
    }
  }
  const timer = setInterval(() => {
    if (looking) return
    looking = true
    look().finally(() => {
      looking = false
    })
  }, everyMs)
  timer.unref()
  tell(options, first)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
