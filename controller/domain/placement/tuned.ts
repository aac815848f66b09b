/** Whether a host is tuned as a deployment requires, and what to do when it is not. Pure. */
import type { HostView } from '../model.ts'
import type { HostTuning } from '../tuning/wanted.ts'

export interface Untuned {
  /** What is the case, to be read after the name of the host. */
  readonly message: string
  /** The smallest change that helps. */
  readonly remedy: string
  /** It is about to be put right without anybody doing anything. */
  readonly underWay: boolean
}

const mostKeys = 4

const keysOf = (keys: readonly string[]): string =>
  keys.length <= mostKeys ? keys.join(', ') : `${keys.slice(0, mostKeys).join(', ')} and ${keys.length - mostKeys} more`

/**
 * Undefined when all of the profile holds on the host. What the machine does not have at all, and advice, do not count against it; settings that
 * it refused do, since whoever requires a profile relies on it.
 */
export const untunedFor = (required: string, { record: { name }, tuning }: Pick<HostView, 'record' | 'tuning'>): Untuned | undefined => {
  const apply = `tune it: hostler tune apply ${name} --profile ${required}`
  const by = (message: string, remedy: string, underWay = false): Untuned => ({ message, remedy, underWay })
  if (tuning === undefined || tuning.profile !== required) return by(otherThan(required, tuning), apply)
  if (tuning.problem !== '')
    return by(`cannot be tuned to profile ${required}: ${tuning.problem}`, `correct the profile: hostler get profile ${required} -o yaml`)
  const { status } = tuning
  const because = status === undefined || status.message === '' ? '' : `: ${status.message}`
  if (status === undefined) return by('has an agent that does not tune hosts', `upgrade the agent of ${name}`)
  if (status.profile !== required || status.digest !== tuning.digest || status.state === 'pending')
    return by(`is not tuned to profile ${required} yet`, `wait until ${name} is tuned, or see: hostler tune status ${name}`, true)
  if (status.state === 'none') return by(`is not tuned to profile ${required}${because}`, `put ${name} right: hostler tune apply ${name}`)
  if (status.state === 'partial') {
    return by(
      `is tuned to profile ${required} but for ${keysOf(status.differing)}`,
      `see what stands in the way on ${name}: hostler tune plan ${name}`,
    )
  }
  if (status.state === 'drifted') {
    return by(`has drifted from profile ${required}: ${keysOf(status.differing)}`, `put ${name} right: hostler tune apply ${name}`)
  }
  if (status.state === 'failed') {
    return by(`could not be tuned to profile ${required}${because}`, `see what stands in the way on ${name}: hostler tune plan ${name}`)
  }
  return undefined
}

const otherThan = (required: string, tuning: HostTuning | undefined): string => {
  if (tuning !== undefined && tuning.problem !== '') return `has no certain profile: ${tuning.problem}`
  const has = tuning === undefined || tuning.profile === '' ? 'has no profile' : `has profile ${tuning.profile}`
  return `${has}, ${required} is required`
}
