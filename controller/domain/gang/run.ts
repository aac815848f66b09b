/** One start of a gang: where its members meet. Pure. */
import type { FleetDraft } from '../fleet/draft.ts'
import type { GangRun, HostView } from '../model.ts'

/** Below the range in which Linux chooses ports for outgoing connections, above the one in which agents choose those of replicas. */
export const rendezvousPorts = { first: 30_000, last: 32_767 } as const

/** What came before a start. */
type Before = Pick<GangRun, 'attempt' | 'crashes'>

/**
 * @param replicaId of the gang; where the search for a port begins follows from it and the attempt, so that one that was refused is not tried twice
 * @param hostIds by rank
 */
export const startOf = (draft: FleetDraft, replicaId: string, hostIds: readonly string[], before: Before): GangRun => {
  const attempt = before.attempt + 1
  const hosts = hostIds.map((hostId) => draft.state.hosts.get(hostId))
  return {
    attempt,
    addresses: hosts.map((host) => host?.address ?? ''),
    interfaces: hosts.map(interfaceOf),
    port: choosePort(takenOn(draft, hostIds[0] ?? '', replicaId), numberOf(replicaId) + attempt - 1),
    crashes: before.crashes,
    readySinceUnixMs: 0,
  }
}

/** The network card that has the host's address in the fleet, which is what the members' collective traffic should use. */
const interfaceOf = (host: HostView | undefined): string =>
  host?.inventory?.nics.find(({ addresses }) => addresses.some((address) => address.split('/')[0] === host.address))?.name ?? ''

const takenOn = (draft: FleetDraft, hostId: string, replicaId: string): ReadonlySet<number> =>
  new Set(
    draft.assignmentsOn(hostId).flatMap((assignment) => {
      const fixed = draft.revision(assignment.deployment, assignment.revision)?.spec.port ?? 0
      return assignment.id === replicaId || assignment.gang === undefined ? [fixed] : [fixed, assignment.gang.port]
    }),
  )

const choosePort = (taken: ReadonlySet<number>, start: number): number => {
  const { first, last } = rendezvousPorts
  const size = last - first + 1
  for (let offset = 0; offset < size; offset++) {
    const port = first + ((start + offset) % size)
    if (!taken.has(port)) return port
  }
  return first + (start % size)
}

/** A number that differs from text to text (FNV-1a). */
const numberOf = (text: string): number => {
  let hash = 0x811c9dc5
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return hash >>> 0
}
