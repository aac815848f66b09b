import type { ControlHandlers } from '../../proto/generated/hostler/v1/Control.ts'
import type { Taint__Output } from '../../proto/generated/hostler/v1/Taint.ts'
import { HostlerError } from '../../shared/errors/hostler-error.ts'
import type { Log } from '../../shared/log/log.ts'
import type { HostKnowledge } from '../domain/brake/behind.ts'
import type { HostSilence } from '../domain/brake/plan.ts'
import { type Taint, type TaintEffect, type TaintPattern, taintEffects } from '../domain/hosts/taints.ts'
import { labelKeyPattern } from '../domain/spec/fields.ts'
import type { UseCaseContext } from '../usecases/context.ts'
import { cordonHosts, drainHosts, type HostChanged, taintHosts, uncordonHosts } from '../usecases/host-duty.ts'
import { removeHost } from '../usecases/remove-host.ts'
import { thawEvictions } from '../usecases/thaw.ts'
import { personWith } from './caller.ts'
import { unary } from './unary-handler.ts'

export interface HostCallsOptions {
  readonly context: UseCaseContext
  readonly hosts: { silences(): readonly HostSilence[]; knowledge(): readonly HostKnowledge[] }
  /** Ends the sessions of a host that was removed. */
  readonly dropHost: (hostId: string) => void
  readonly log: Log
}

const effectOf = (word: string): TaintEffect => {
  const effect = taintEffects.find((known) => known === word)
  if (effect) return effect
  throw new HostlerError('ARGUMENT_INVALID', `"${word}" is no effect of a taint; expected ${taintEffects.join(', ')}`)
}

const keyOf = ({ key }: Taint__Output): string => {
  if (labelKeyPattern.test(key)) return key
  throw new HostlerError('ARGUMENT_INVALID', `"${key}" is no key of a taint; expected letters, digits and . _ / -, such as dedicated`)
}

const taintOf = (wire: Taint__Output): Taint => ({ key: keyOf(wire), value: wire.value, effect: effectOf(wire.effect) })

const patternOf = (wire: Taint__Output): TaintPattern =>
  wire.effect === '' ? { key: keyOf(wire) } : { key: keyOf(wire), effect: effectOf(wire.effect) }

/** What operators decide about hosts: whether they take replicas, and which are given up. */
export const hostCalls = ({
  context,
  hosts,
  dropHost,
  log,
}: HostCallsOptions): Pick<ControlHandlers, 'HostAction' | 'RemoveHost' | 'Thaw'> => {
  const { facts } = context.ledger
  const act = (action: string, hosts: readonly string[], by: string, force: boolean): Promise<readonly HostChanged[]> => {
    switch (action) {
      case 'cordon':
        return cordonHosts(context, hosts, by)
      case 'uncordon':
        return uncordonHosts(context, hosts, by)
      case 'drain':
        return drainHosts(context, hosts, by, force)
      default:
        throw new HostlerError('ARGUMENT_INVALID', `"${action}" is not an action of a host; expected cordon, uncordon, drain or taint`)
    }
  }
  return {
    HostAction: unary(log, async ({ action, hosts, force, put, remove }, call) => {
      const person = personWith(call, facts, 'operator')
      if (action === 'taint')
        return { hosts: [...(await taintHosts(context, hosts, person.name, put.map(taintOf), remove.map(patternOf)))] }
      return { hosts: [...(await act(action, hosts, person.name, force))] }
    }),
    RemoveHost: unary(log, async ({ name, force }, call) => {
      personWith(call, facts, 'admin')
      dropHost(await removeHost(context, name, force))
      return {}
    }),
    Thaw: unary(log, async (_request, call) => {
      const person = personWith(call, facts, 'operator')
      const { changed, gaveUp, stops } = await thawEvictions(context, hosts, person.name)
      return { changed, gaveUp: [...gaveUp], stops }
    }),
  }
}
