import { HostlerError } from '../../shared/errors/hostler-error.ts'
import type { Revision } from '../domain/model.ts'
import { documentOf } from '../domain/spec/document.ts'
import { type DeploymentDocument, deploymentSchema } from '../domain/spec/schema.ts'

/** A revision as it is stored: its spec as a user would write it, so that a setting added later gets its default when it is read. */
export type RevisionRecord = Omit<Revision, 'spec'> & { readonly spec: DeploymentDocument }

export const encodeRevision = ({ spec, ...rest }: Revision): RevisionRecord => ({ ...rest, spec: documentOf(spec) })

/** Throws STORE_FAILED on a spec that this version cannot read. */
export const decodeRevision = ({ spec, ...rest }: RevisionRecord): Revision => {
  const parsed = deploymentSchema.safeParse(spec)
  if (parsed.success) return { ...rest, spec: parsed.data }
  throw new HostlerError(
    'STORE_FAILED',
    `revision ${rest.number} of deployment ${rest.deployment} cannot be read by this version: ${parsed.error.message}`,
    { cause: parsed.error },
  )
}
