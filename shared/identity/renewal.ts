import { X509Certificate } from 'node:crypto'
import type { Credentials } from './credentials-file.ts'

/** When a certificate should be replaced: after two thirds of its life. Unix milliseconds. */
export const renewAtUnixMs = (credentials: Credentials): number => {
  const { validFromDate, validToDate } = new X509Certificate(credentials.certificatePem)
  return validFromDate.getTime() + ((validToDate.getTime() - validFromDate.getTime()) * 2) / 3
}
