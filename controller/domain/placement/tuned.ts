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
 * Undefined when the host is tuned to the profile. Settings that cannot be set on this host (partial) do not count against it: they
 * would keep it out for ever, and describe shows them.
 */
export const untunedFor = (required: string, { record: { name }, tuning }: Pick<HostView, 'record' | 'tuning'>): Untuned | undefined => {
  const apply = `tune it: hostler tune apply ${name} --profile ${required}`
  const by = (message: string, remedy: string, underWay = false): Untuned => ({ message, remedy, underWay })
  if (tuning === undefined || tuning.profile !== required) return by(otherThan(required, tuning), apply)
  if (tuning.problem !== '')
    return by(`cannot be tuned to profile ${required}: ${tuning.problem}`, `correct the profile: hostler get profile ${required} -o yaml`)
  const { status } = tuning
  if (status === undefined) return by('has an agent that does not tune hosts', `upgrade the agent of ${name}`)
  if (status.profile !== required || status.digest !== tuning.digest || status.state === 'none' || status.state === 'pending')
    return by(`is not tuned to profile ${required} yet`, `wait until ${name} is tuned, or see: hostler tune status ${name}`, true)
  if (status.state === 'drifted') {
    return by(`has drifted from profile ${required}: ${keysOf(status.differing)}`, `put ${name} right: hostler tune apply ${name}`)
  }
  if (status.state === 'failed') {
    return by(
      `could not be tuned to profile ${required}${status.message === '' ? '' : `: ${status.message}`}`,
      `see what stands in the way on ${name}: hostler tune plan ${name}`,
    )
  }
  return undefined
}

const otherThan = (required: string, tuning: HostTuning | undefined): string => {
  if (tuning !== undefined && tuning.problem !== '') return `has no certain profile: ${tuning.problem}`
  const has = tuning === undefined || tuning.profile === '' ? 'has no profile' : `has profile ${tuning.profile}`
  return `${has}, ${required} is required`
}
