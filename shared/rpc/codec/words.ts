import { HostlerError } from '../../errors/hostler-error.ts'

/** A word of the wire as one of those that this version knows. Throws PROTOCOL_MISMATCH. */
export const oneOf = <T extends string>(value: string, allowed: readonly T[], field: string): T => {
  const found = allowed.find((candidate) => candidate === value)
  if (found === undefined) {
    throw new HostlerError(
      'PROTOCOL_MISMATCH',
      `${field} is "${value}", this version knows ${allowed.join(', ')}; bring both sides to one version`,
    )
  }
  return found
}
