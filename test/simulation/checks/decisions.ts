/** What must hold of every decision of the controller, by what it knew when it took it. */
import { leavesAtOnce } from '../../../controller/domain/fleet/leaving.ts'
import { hasLeft, isGone, isInTouch, isReady, seenOf } from '../../../controller/domain/fleet/readiness.ts'
import { isGang, membersOf } from '../../../controller/domain/gang/members.ts'
import { repellingTaint } from '../../../controller/domain/hosts/taints.ts'
import type { Assignment, FleetState } from '../../../controller/domain/model.ts'
import { must } from './violation.ts'

const isLive = ({ stage }: Assignment): boolean => stage === 'starting' || stage === 'serving'

export const checkDecision = (before: FleetState, after: FleetState): void => {
  oneHolderPerGpu(before, after)
  memoryIsNotOversold(after)
  availabilityIsKept(before, after)
  surgeIsKept(before, after)
  stagesFollow(before, after)
  hostsTakeWhatTheyShould(before, after)
  onlyWeakerGiveWay(before, after)
  trialsStaySmall(before, after)
  numbersStayInBounds(before, after)
}

const oneHolderPerGpu = (before: FleetState, after: FleetState): void => {
  const property = 'never two holders of one GPU (as decided)'
  const holders = Map.groupBy(
    [...after.assignments.values()].flatMap((assignment) =>
      membersOf(assignment).flatMap(({ hostId, gpuUuids }) => {
        const host = after.hosts.get(hostId)
        return host && hasLeft(assignment, host) ? [] : gpuUuids.map((uuid) => ({ uuid, assignment }))
      }),
    ),
    ({ uuid }) => uuid,
  )
  for (const [uuid, held] of holders) {
    const all = held.map(({ assignment }) => assignment)
    const staying = all.filter(({ stage, drainCause }) => stage !== 'stopping' && (stage !== 'lost' || drainCause === undefined))
    must(staying.length <= 1, property, () => `${uuid} is held by ${staying.map(({ id, stage }) => `${id} (${stage})`).join(', ')}`)
    const [successor] = staying
    // Only a swap may share with the one that leaves, and a gang that moves with the one that it was.
    const leaving = all.find(
      (one) =>
        one.stage === 'stopping' &&
        one.drainCause !== 'swap' &&
        !(one.drainCause === 'failed' && isGang(one) && one.deployment === successor?.deployment) &&
        successor &&
        // What was known then need not be known any more: its host may be out of touch by now.
        !before.assignments.has(successor.id) &&
        one.createdUnixMs <= successor.createdUnixMs,
    )
    must(leaving === undefined, property, () => `${uuid} was given to ${successor?.id} before ${leaving?.id} was gone`)
  }
}

const memoryIsNotOversold = (after: FleetState): void => {
  const members = [...after.assignments.values()].filter(({ stage }) => stage !== 'stopping').flatMap(membersOf)
  const byHost = Map.groupBy(members, ({ hostId }) => hostId)
  for (const [hostId, all] of byHost) {
    const total = after.hosts.get(hostId)?.inventory?.memoryMiB
    if (total === undefined) continue
    const used = all.reduce((sum, { memoryMiB }) => sum + memoryMiB, 0)
    must(used <= total, 'memory is never oversold', () => `${used} of ${total} MiB on ${hostId}`)
  }
}

/** Our own action never takes more ready replicas than allowed; hosts and processes may. */
const availabilityIsKept = (before: FleetState, after: FleetState): void => {
  const property = 'never more unavailable than allowed by our own action'
  for (const [name, deployment] of after.deployments) {
    if (deployment.deleting) continue
    const spec = after.revisions.get(name)?.find(({ number }) => number === deployment.targetRevision)?.spec
    if (!spec) continue
    const mine = [...after.assignments.values()].filter((one) => one.deployment === name)
    const wasReady = (one: Assignment) => {
      const was = before.assignments.get(one.id)
      return was !== undefined && isReady(was, before)
    }
    // Whoever drains a host by force takes what comes of it upon himself, and what is stronger comes first.
    const taken = mine.filter(
      (one) => !isLive(one) && one.stage !== 'lost' && wasReady(one) && !leavesAtOnce(one, after) && one.drainCause !== 'preempted',
    )
    if (taken.length === 0) continue
    const ready = mine.filter((one) => isReady(one, after)).length
    if (ready >= deployment.replicas - spec.update.maxUnavailable) continue
    const seen = () =>
      `${name}: ${taken.map(({ id, drainCause }) => `${id} for ${drainCause}`).join(', ')} left ${ready} of ${deployment.replicas}`
    // With no GPU to spare, and only then, one replica at a time gives its place to its successor.
    must(spec.update.strategy === 'auto' && taken.length === 1 && taken[0]?.drainCause === 'swap', property, seen)
    must(
      mine.filter(isLive).every((one) => isReady(one, after)),
      property,
      () => `${seen()} while another was not ready`,
    )
    must(mine.filter(({ stage }) => stage === 'draining').length === 1, property, () => `${seen()} while another drained`)
  }
}

const surgeIsKept = (before: FleetState, after: FleetState): void => {
  for (const [name, deployment] of after.deployments) {
    const mine = [...after.assignments.values()].filter((one) => one.deployment === name)
    const created = mine.filter(({ id }) => !before.assignments.has(id))
    const spec = after.revisions.get(name)?.find(({ number }) => number === deployment.targetRevision)?.spec
    if (created.length === 0 || !spec || !mine.some((one) => isLive(one) && one.revision !== deployment.targetRevision)) continue
    const running = mine.filter((one) => isLive(one) || one.stage === 'draining').length
    // What leaves a host while a rollout is paused has one stand in for it at least.
    const surge = Math.max(deployment.paused ? 1 : 0, spec.update.maxSurge)
    must(
      running <= deployment.replicas + surge,
      'never more replicas than the surge allows',
      () => `${name}: ${running} for ${deployment.replicas} and a surge of ${surge}`,
    )
  }
}

/** Its engine has ended, says its agent: whoever takes its place has nothing to wait for. */
const servesNobody = (assignment: Assignment, state: FleetState): boolean => {
  const seen = seenOf(assignment, state)
  return isGone(seen) || (isInTouch(seen.host) && (seen.status?.phase === 'backoff' || seen.status?.phase === 'failed'))
}

const stagesFollow = (before: FleetState, after: FleetState): void => {
  for (const { id, stage } of after.assignments.values()) {
    const was = before.assignments.get(id)
    must(
      stage !== 'stopping' || was?.stage !== 'serving' || servesNobody(was, before),
      'a replica that serves is drained before it is stopped',
      () => `${id} went from ${was?.stage} to stopping`,
    )
  }
}

const specOf = (state: FleetState, name: string, revision: number | undefined) =>
  state.revisions.get(name)?.find(({ number }) => number === revision)?.spec

const hostsTakeWhatTheyShould = (before: FleetState, after: FleetState): void => {
  for (const assignment of after.assignments.values()) {
    if (before.assignments.has(assignment.id)) continue
    const spec = specOf(after, assignment.deployment, assignment.revision)
    for (const { hostId } of membersOf(assignment)) {
      const record = after.hosts.get(hostId)?.record
      const property = 'a host that is cordoned or tainted takes no new replica'
      must(
        record?.cordoned === false,
        property,
        () => `${assignment.id} is placed on ${hostId}, which is ${record ? 'cordoned' : 'unknown'}`,
      )
      const taint = repellingTaint(record?.taints, spec?.placement.tolerations ?? [])
      must(
        taint === undefined,
        property,
        () => `${assignment.id} is placed on ${hostId}, which has the taint ${taint?.key}:${taint?.effect}`,
      )
    }
  }
}

/** So no chain of preemptions comes back to where it began. */
const onlyWeakerGiveWay = (before: FleetState, after: FleetState): void => {
  const priorityOf = (name: string) => specOf(after, name, after.deployments.get(name)?.targetRevision)?.priority ?? 0
  const strongest = Math.max(
    ...[...after.deployments.values()]
      .filter(({ name, targetRevision, deleting }) => !deleting && specOf(after, name, targetRevision)?.preemption === 'lower')
      .map(({ name }) => priorityOf(name)),
  )
  for (const assignment of after.assignments.values()) {
    if (assignment.drainCause !== 'preempted' || before.assignments.get(assignment.id)?.drainCause === 'preempted') continue
    const theirs = priorityOf(assignment.deployment)
    must(
      theirs < strongest,
      'only replicas of strictly lower priority give way',
      () => `${assignment.id} of priority ${theirs} gives way, and the strongest that may take is ${strongest}`,
    )
  }
}

const trialsStaySmall = (before: FleetState, after: FleetState): void => {
  for (const { name, canary, targetRevision, replicas, paused } of after.deployments.values()) {
    const policy = specOf(after, name, targetRevision)?.update.canary
    if (canary === undefined || policy === undefined || paused || canary.stableRevision === targetRevision) continue
    const mine = [...after.assignments.values()].filter((one) => one.deployment === name && one.revision === targetRevision && isLive(one))
    if (mine.every(({ id }) => before.assignments.has(id))) continue
    const most = Math.min(policy.replicas, Math.max(0, replicas - 1))
    must(
      mine.length <= most,
      'a canary is never more than it may be',
      () => `${name}: ${mine.length} of revision ${targetRevision}, for ${most}`,
    )
  }
}

const numbersStayInBounds = (before: FleetState, after: FleetState): void => {
  for (const { name, replicas, targetRevision, deleting } of after.deployments.values()) {
    const was = before.deployments.get(name)
    const autoscale = specOf(after, name, targetRevision)?.autoscale
    if (autoscale === undefined || deleting || was === undefined || was.replicas === replicas) continue
    must(
      replicas >= autoscale.min && replicas <= autoscale.max,
      'what follows its load stays within its bounds',
      () => `${name} goes from ${was.replicas} to ${replicas}, and may be ${autoscale.min} to ${autoscale.max}`,
    )
  }
}
