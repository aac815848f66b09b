import { createHash } from 'node:crypto'
import { errnoOf, HostlerError, messageOf } from '../../shared/errors/hostler-error.ts'
import type { HostSpec } from '../../shared/fleet/replica.ts'
import { diskFiles, type StateFiles } from '../../shared/lifecycle/state-files.ts'

interface Envelope {
  readonly format: 1
  readonly sha256: string
  /** JSON of the spec, as text: the checksum is over exactly what was written. */
  readonly spec: string
}

const checksum = (text: string): string => createHash('sha256').update(text).digest('hex')

const parse = (text: string): HostSpec => {
  const envelope = JSON.parse(text) as Partial<Envelope> | null
  if (envelope?.format !== 1 || typeof envelope.spec !== 'string') throw new Error('it is not a host spec of format 1')
  if (checksum(envelope.spec) !== envelope.sha256) throw new Error('its checksum does not fit')
  const spec = JSON.parse(envelope.spec) as HostSpec
  if (!Number.isSafeInteger(spec.generation) || !Array.isArray(spec.replicas)) throw new Error('it holds no generation or replicas')
  return withDefaults(spec)
}

/** What a spec of the version before does not say. */
const withDefaults = (spec: HostSpec): HostSpec => ({
  ...spec,
  diagnosisSchedule: spec.diagnosisSchedule ?? '',
  replicas: spec.replicas.map((replica) => ({ ...replica, engine: replica.engine ?? 'custom', onOom: replica.onOom ?? 'report' })),
})

export interface LoadedSpec {
  readonly spec: HostSpec | undefined
  /** Empty, or why a file that was there could not be used and where it was put. */
  readonly problem: string
}

/** The spec on disk. A damaged file is set aside and reported; the agent goes on without one and touches nothing until it hears a new spec. */
export const loadSpec = async (file: string, nowUnixMs: number, files: StateFiles = diskFiles): Promise<LoadedSpec> => {
  let text: string
  try {
    text = await files.read(file)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return { spec: undefined, problem: '' }
    return { spec: undefined, problem: `The host spec ${file} cannot be read: ${messageOf(error)}` }
  }
  try {
    return { spec: parse(text), problem: '' }
  } catch (error) {
    const aside = `${file}.damaged-${nowUnixMs}`
    await files.rename(file, aside).catch(() => {})
    return { spec: undefined, problem: `The host spec ${file} is damaged (${messageOf(error)}); it was moved to ${aside}` }
  }
}

/** Durable when it resolves, and for its owner alone: the spec holds API keys. Throws DISK_FULL, or what the filesystem says. */
export const saveSpec = async (file: string, spec: HostSpec, files: StateFiles = diskFiles): Promise<void> => {
  const text = JSON.stringify(spec)
  const envelope: Envelope = { format: 1, sha256: checksum(text), spec: text }
  try {
    await files.replace(file, JSON.stringify(envelope))
  } catch (error) {
    if (errnoOf(error) !== 'ENOSPC') throw error
    throw new HostlerError('DISK_FULL', `The host spec could not be written to ${file}: the disk is full. The former spec stays in force`, {
      cause: error,
    })
  }
}

/** Throws CONFLICT for a generation below the one in force, SPEC_INVALID for a replica that stands in it twice. */
export const acceptable = (spec: HostSpec, inForce: HostSpec | undefined): void => {
  if (inForce && spec.generation < inForce.generation)
    throw new HostlerError(
      'CONFLICT',
      `The host spec has generation ${spec.generation}, but ${inForce.generation} is in force here; generations only grow`,
    )
  const ids = new Set<string>()
  for (const { id } of spec.replicas) {
    if (ids.has(id)) throw new HostlerError('SPEC_INVALID', `Replica ${id} stands twice in the host spec of generation ${spec.generation}`)
    ids.add(id)
  }
}
