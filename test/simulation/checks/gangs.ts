/** What must hold of replicas that span hosts, by what truly runs. */
import { replicaIdOf } from '../../../controller/domain/gang/members.ts'
import type { Engine } from '../host/engine.ts'
import type { Host } from '../host/host.ts'
import { must } from './violation.ts'

/** All members of one start are told the same; a member of another start can only meet strangers. */
export const checkGangStart = (hosts: readonly Host[], engine: Engine): void => {
  const { replicaId } = engine.identity
  const gang = replicaIdOf(replicaId)
  for (const host of hosts) {
    for (const other of host.engines.values()) {
      if (other === engine || other.state !== 'running' || replicaIdOf(other.identity.replicaId) !== gang) continue
      const [there, here] = [other, engine].map(({ spec }) => spec.env.HOSTLER_GANG_ATTEMPT)
      must(
        there === here,
        'a gang is never made of members of two starts',
        () => `${replicaId} of start ${here} begins while ${other.identity.replicaId} of start ${there} still runs on ${host.name}`,
      )
    }
  }
}
