import { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { type Credentials, readCredentials, writeCredentials } from '../../shared/identity/credentials-file.ts'
import { createSigningRequest } from '../../shared/identity/key-pair.ts'
import type { IdentityRecord } from '../store/store.ts'
import type { UseCaseContext } from '../usecases/context.ts'
import { adminLifeMs } from '../usecases/enrolment.ts'
import type { CertificateAuthority } from './ca.ts'

const renewBeforeMs = 60 * 86_400_000

const usable = (
  credentials: Credentials | undefined,
  known: ReadonlyMap<string, IdentityRecord>,
  controller: string,
  caPem: string,
  nowUnixMs: number,
): boolean =>
  credentials !== undefined &&
  known.get(credentials.id)?.revoked === false &&
  credentials.controller === controller &&
  credentials.caPem === caPem &&
  new X509Certificate(credentials.certificatePem).validToDate.getTime() - nowUnixMs > renewBeforeMs

/**
 * The credentials with which root on the controller's machine is admin: a file of the data directory, made on the first start and made anew
 * at a start when they end soon or the port moved.
 */
export const ensureAdminCredentials = async (
  context: UseCaseContext,
  ca: CertificateAuthority,
  dataDir: string,
  controller: string,
): Promise<string> => {
  const file = join(dataDir, 'admin.json')
  const nowUnixMs = context.clock.unixMs()
  const { facts } = context.ledger
  const present = await readCredentials(file)
  if (usable(present, facts.identities, controller, ca.certificatePem, nowUnixMs)) return file
  const reused = present && facts.identities.get(present.id)
  const identity: IdentityRecord =
    reused && !reused.revoked
      ? reused
      : { id: context.secrets.newId('u-'), kind: 'user', name: 'admin', role: 'admin', createdUnixMs: nowUnixMs, revoked: false }
  await context.ledger.transact(() => ({ changes: [{ kind: 'putIdentity', identity }], result: undefined }))
  const { privateKeyPem, csrPem } = await createSigningRequest(identity.id)
  const { certificatePem } = await ca.issueClient(csrPem, identity, adminLifeMs, nowUnixMs)
  await writeCredentials(file, {
    version: 1,
    kind: 'user',
    id: identity.id,
    name: identity.name,
    controller,
    caPem: ca.certificatePem,
    certificatePem,
    privateKeyPem,
  })
  return file
}
