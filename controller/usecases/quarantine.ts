import type { Mesh } from '../../shared/diagnosis/mesh.ts'
import { hostsAfter, type Quarantine } from '../domain/mesh/quarantine.ts'
import type { StoreChange } from '../store/store.ts'
import { event, type UseCaseContext } from './context.ts'

/** Keeps what a mesh has found, and releases what it has found well. Throws STORE_FULL, STORE_FAILED; then nothing was changed. */
export const keepQuarantines = (context: UseCaseContext, quarantines: readonly Quarantine[], mesh: Mesh): Promise<void> =>
  context.ledger.transact(({ hosts }) => {
    const nowUnixMs = context.clock.unixMs()
    const changed = hostsAfter([...hosts.values()], mesh, quarantines, nowUnixMs)
    const changes = changed.flatMap((host): readonly StoreChange[] => {
      const before = hosts.get(host.id)?.quarantines?.length ?? 0
      const put: StoreChange = { kind: 'putHost', host }
      const now = host.quarantines ?? []
      if (now.length === 0 && before > 0)
        return [put, event(context, 'info', 'HostReleased', `host/${host.name}`, 'its network is well again; new replicas may come')]
      const told = now.map(({ peer, scope, reason, untilUnixMs }) => {
        const what = scope === 'all' ? 'no new replica' : peer === '' ? 'no gang' : `no gang with ${peer}`
        const message = `${reason}: ${what} until ${new Date(untilUnixMs).toISOString()}`
        return event(context, 'warning', 'HostQuarantined', `host/${host.name}`, message)
      })
      return [put, ...told]
    })
    return { changes, result: undefined }
  })
