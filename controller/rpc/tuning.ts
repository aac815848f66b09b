import type { ControlHandlers } from '../../proto/generated/hostler/v1/Control.ts'
import type { TuneReply } from '../../proto/generated/hostler/v1/TuneReply.ts'
import { HostlerError } from '../../shared/errors/hostler-error.ts'
import type { Log } from '../../shared/log/log.ts'
import { type TuneAction, tuneActions } from '../../shared/tuning/answer.ts'
import { type TuneOutcome, tuneHosts } from '../usecases/tune.ts'
import type { TuneOptions } from '../usecases/tune-host.ts'
import { personWith } from './caller.ts'
import { produce, write } from './streaming.ts'

const roleFor = { plan: 'viewer', status: 'viewer', apply: 'operator', revert: 'operator' } as const

const actionOf = (word: string): TuneAction => {
  const action = tuneActions.find((known) => known === word)
  if (action) return action
  throw new HostlerError('ARGUMENT_INVALID', `"${word}" is no action of tuning; expected ${tuneActions.join(', ')}`)
}

const replyOf = (outcome: TuneOutcome): TuneReply =>
  'answer' in outcome
    ? { host: outcome.host, document: Buffer.from(JSON.stringify(outcome.answer)) }
    : { host: outcome.host, code: outcome.error.code, error: outcome.error.message }

/** Tuning as people ask for it. One reply a host, as they come. */
export const tuneCall = (options: TuneOptions & { readonly log: Log }): Pick<ControlHandlers, 'Tune'> => ({
  Tune: (stream) =>
    produce(stream, options.log, async (signal) => {
      const { action: word, hosts, profile } = stream.request
      const action = actionOf(word)
      const person = personWith(stream, options.context.ledger.facts, roleFor[action])
      await tuneHosts(options, { action, hosts, profile }, person.name, (outcome) => write(stream, replyOf(outcome), signal), signal)
    }),
})
