import type { ControlHandlers } from '../../proto/generated/hostler/v1/Control.ts'
import { HostlerError } from '../../shared/errors/hostler-error.ts'
import type { Log } from '../../shared/log/log.ts'
import type { HostSilence } from '../domain/brake/plan.ts'
import type { UseCaseContext } from '../usecases/context.ts'
import { cordonHosts, drainHosts, type HostChanged, uncordonHosts } from '../usecases/host-duty.ts'
import { removeHost } from '../usecases/remove-host.ts'
import { thawEvictions } from '../usecases/thaw.ts'
import { personWith } from './caller.ts'
import { unary } from './unary-handler.ts'

export interface HostCallsOptions {
  readonly context: UseCaseContext
  readonly silences: () => readonly HostSilence[]
  /** Ends the sessions of a host that was removed. */
  readonly dropHost: (hostId: string) => void
  readonly log: Log
}

/** What operators decide about hosts: whether they take replicas, and which are given up. */
export const hostCalls = ({
  context,
  silences,
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
        throw new HostlerError('ARGUMENT_INVALID', `"${action}" is not an action of a host; expected cordon, uncordon or drain`)
    }
  }
  return {
    HostAction: unary(log, async ({ action, hosts, force }, call) => {
      const person = personWith(call, facts, 'operator')
      return { hosts: [...(await act(action, hosts, person.name, force))] }
    }),
    RemoveHost: unary(log, async ({ name, force }, call) => {
      personWith(call, facts, 'admin')
      dropHost(await removeHost(context, name, force))
      return {}
    }),
    Thaw: unary(log, async (_request, call) => {
      const person = personWith(call, facts, 'operator')
      const { changed, gaveUp } = await thawEvictions(context, silences, person.name)
      return { changed, gaveUp: [...gaveUp] }
    }),
  }
}
