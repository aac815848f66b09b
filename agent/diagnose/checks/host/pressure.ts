import { errnoOf } from '../../../../shared/errors/hostler-error.ts'
import type { HostFiles } from '../../context.ts'

/**
 * Share of the last five minutes in which some work, or all of it, stood still; undefined where the kernel keeps no count (before 4.20,
 * or booted with psi=0). Pure.
 */
export const stalledPercent = (text: string, kind: 'some' | 'full'): number | undefined => {
  const value = new RegExp(`^${kind} .*avg300=([\\d.]+)`, 'm').exec(text)?.[1]
  return value === undefined ? undefined : Number(value)
}

/** Empty where there is none; with psi=0 the file is there and cannot be read. */
export const pressureText = async (files: HostFiles, path: string): Promise<string> => {
  try {
    return (await files.text(path)) ?? ''
  } catch (error) {
    if (errnoOf(error) === 'EOPNOTSUPP' || errnoOf(error) === 'ENOTSUP') return ''
    throw error
  }
}
