/** What must hold after every plan, whatever happened before it. Throws with the fact that does not. */
import assert from 'node:assert/strict'
import { isReady } from '../../../../controller/domain/fleet/readiness.ts'
import type { Assignment, FleetPlan, FleetState } from '../../../../controller/domain/model.ts'
import { judgeCanary } from '../../../../controller/domain/rollout/canary.ts'
import type { Endpoint } from '../../../../shared/fleet/membership.ts'
import type { World } from './world.ts'

const isLive = ({ stage }: Assignment): boolean => stage === 'starting' || stage === 'serving'

export const checkSafety =
  (world: World) =>
  (before: FleetState, plan: FleetPlan, after: FleetState): void => {
    oneHolderPerGpu(after)
    memoryIsNotOversold(after)
    idsAreNotTaken(world, before, after)
    availabilityIsKept(before, after)
    closedHostsTakeNothing(before, after)
    surgeIsKept(before, after)
    swapsAreOneByOne(before, after)
    nothingStopsBeforeGatewaysLetGo(world, before, after)
    canariesAreSmall(before, after)
    canariesEndForAReason(before, after)
    assert.equal(plan.reports.size, after.deployments.size, 'every deployment has a report')
  }

const oneHolderPerGpu = (after: FleetState): void => {
  const holders = new Map<string, Assignment[]>()
  for (const assignment of after.assignments.values()) {
    for (const uuid of assignment.gpuUuids) holders.set(uuid, [...(holders.get(uuid) ?? []), assignment])
  }
  for (const [uuid, all] of holders) {
    const running = all.filter(({ stage, drainCause }) => stage !== 'stopping' && (stage !== 'lost' || drainCause === undefined))
    assert.ok(running.length <= 1, `${uuid} is held by ${running.map(({ id, stage }) => `${id} (${stage})`).join(', ')}`)
    const successor = running[0]
    // Only a swap may share with the one that leaves, and it leaves for an in-place reason.
    const leaving = all.filter(({ stage, drainCause }) => stage === 'stopping' && drainCause !== 'swap')
    assert.ok(
      successor === undefined || leaving.every(({ createdUnixMs }) => createdUnixMs > successor.createdUnixMs) || leaving.length === 0,
      `${uuid} was given away before ${leaving[0]?.id} was gone`,
    )
  }
}

const memoryIsNotOversold = (after: FleetState): void => {
  for (const [hostId, host] of after.hosts) {
    const running = [...after.assignments.values()].filter((one) => one.hostId === hostId && one.stage !== 'stopping')
    const used = running.reduce((sum, { memoryMiB }) => sum + memoryMiB, 0)
    assert.ok(used <= (host.inventory?.memoryMiB ?? 0), `memory of ${hostId} is oversold: ${used} MiB`)
  }
}

/** Not even by a host that is out of touch: it would take the new replica for the one it has. */
const idsAreNotTaken = (world: World, before: FleetState, after: FleetState): void => {
  for (const id of after.assignments.keys()) {
    if (before.assignments.has(id)) continue
    for (const agent of world.agents) assert.ok(!agent.running.has(id), `${agent.name} still runs another replica of the id ${id}`)
  }
}

/** Our own action never takes more ready replicas than allowed; hosts and processes may. */
const availabilityIsKept = (before: FleetState, after: FleetState): void => {
  for (const [name, deployment] of after.deployments) {
    if (deployment.deleting) continue
    const spec = after.revisions.get(name)?.find(({ number }) => number === deployment.targetRevision)?.spec
    assert.ok(spec)
    const mine = [...after.assignments.values()].filter((one) => one.deployment === name)
    const taken = mine.filter((one) => !isLive(one) && one.stage !== 'lost' && isReadyBefore(before, one))
    for (const one of taken.filter(({ drainCause }) => drainCause === 'preempted')) preemptorIsStronger(after, one)
    if (taken.every(({ drainCause }) => drainCause === 'preempted')) continue
    const ready = mine.filter((one) => isReady(one, after)).length
    const least = deployment.replicas - spec.update.maxUnavailable
    if (ready >= least) continue
    assert.equal(spec.update.strategy, 'auto', `${name}: strategy surge went down to ${ready} of ${deployment.replicas}`)
    const swapped = taken.filter(({ drainCause }) => drainCause === 'swap')
    assert.equal(taken.length, 1, `${name}: ${taken.map(({ id }) => id).join(', ')} were taken at once`)
    assert.equal(
      swapped.length,
      1,
      `${name}: ${taken[0]?.id} was taken for ${taken[0]?.drainCause}, leaving ${ready} of ${deployment.replicas}`,
    )
    const others = mine.filter(isLive)
    assert.ok(
      others.every((one) => isReady(one, after)),
      `${name}: swapped while another was not ready`,
    )
    assert.equal(mine.filter(({ stage }) => stage === 'draining').length, 1, `${name}: two drain at once`)
  }
}

/** One swap at a time: none begins while a successor is still coming up. */
const swapsAreOneByOne = (before: FleetState, after: FleetState): void => {
  for (const assignment of after.assignments.values()) {
    if (assignment.drainCause !== 'swap' || assignment.stage === 'lost' || before.assignments.get(assignment.id)?.drainCause === 'swap')
      continue
    const target = after.deployments.get(assignment.deployment)?.targetRevision
    const coming = [...before.assignments.values()].filter(
      (one) => one.deployment === assignment.deployment && one.revision === target && one.stage === 'starting',
    )
    const stillComing = coming.filter(({ id }) => after.assignments.get(id)?.stage === 'starting')
    assert.deepEqual(
      stillComing.map(({ id }) => id),
      [],
      `${assignment.id} began to be swapped too early`,
    )
  }
}

const preemptorIsStronger = (after: FleetState, victim: Assignment): void => {
  const priority = (name: string): number =>
    after.revisions.get(name)?.find(({ number }) => number === after.deployments.get(name)?.targetRevision)?.spec.priority ?? 0
  const stronger = [...after.deployments.values()].filter(({ name, deleting }) => !deleting && priority(name) > priority(victim.deployment))
  assert.ok(stronger.length > 0, `${victim.id} was preempted, and no deployment has a higher priority`)
}

const isReadyBefore = (before: FleetState, { id }: Assignment): boolean => {
  const was = before.assignments.get(id)
  return was !== undefined && isReady(was, before)
}

const closedHostsTakeNothing = (before: FleetState, after: FleetState): void => {
  for (const { id, hostId } of after.assignments.values()) {
    if (before.assignments.has(id)) continue
    const record = after.hosts.get(hostId)?.record
    assert.equal(record?.cordoned, false, `${id} was placed on ${hostId}, which is cordoned`)
    const repelling = record?.taints?.filter(({ effect }) => effect !== 'PreferNoSchedule') ?? []
    assert.deepEqual(repelling, [], `${id} was placed on ${hostId}, whose taint it does not tolerate`)
  }
}

const surgeIsKept = (before: FleetState, after: FleetState): void => {
  for (const [name, deployment] of after.deployments) {
    const mine = [...after.assignments.values()].filter((one) => one.deployment === name)
    const created = mine.filter(({ id }) => !before.assignments.has(id))
    const spec = after.revisions.get(name)?.find(({ number }) => number === deployment.targetRevision)?.spec
    if (created.length === 0 || spec === undefined || !mine.some((one) => isLive(one) && one.revision !== deployment.targetRevision))
      continue
    const running = mine.filter((one) => isLive(one) || one.stage === 'draining').length
    // What leaves a host while a rollout is paused has one stand in for it at least.
    const surge = Math.max(deployment.paused ? 1 : 0, spec.update.maxSurge)
    assert.ok(running <= deployment.replicas + surge, `${name}: ${running} replicas for ${deployment.replicas} and a surge of ${surge}`)
  }
}

const canaryPolicyOf = (state: FleetState, name: string, number: number) =>
  state.revisions.get(name)?.find((one) => one.number === number)?.spec.update.canary

/** None is made beyond those that were asked for, and never are all replicas of the canary's revision. */
const canariesAreSmall = (before: FleetState, after: FleetState): void => {
  for (const { name, canary, targetRevision, replicas, deleting } of after.deployments.values()) {
    const policy = canaryPolicyOf(after, name, targetRevision)
    if (canary === undefined || policy === undefined || deleting) continue
    const mine = [...after.assignments.values()].filter((one) => one.deployment === name && one.revision === targetRevision && isLive(one))
    if (mine.every(({ id, stage }) => before.assignments.has(id) && before.assignments.get(id)?.stage === stage)) continue
    const made = mine.filter(({ id }) => !before.assignments.has(id))
    if (made.length === 0) continue
    const most = Math.min(policy.replicas, Math.max(0, replicas - 1))
    assert.ok(mine.length <= most, `${name}: ${mine.length} canary replicas, at most ${most} are asked for`)
  }
}

/** By itself a canary goes on only after a good window that is long enough, and back only to the revision that it came from. */
const canariesEndForAReason = (before: FleetState, after: FleetState): void => {
  for (const was of before.deployments.values()) {
    const is = after.deployments.get(was.name)
    if (was.canary === undefined || is === undefined || is.canary !== undefined) continue
    if (is.targetRevision !== was.targetRevision) {
      assert.equal(is.targetRevision, was.canary.stableRevision, `${was.name} went back to another revision than the stable one`)
      continue
    }
    const policy = canaryPolicyOf(before, was.name, was.targetRevision)
    const figures = before.canaries?.get(was.name)
    assert.ok(policy && figures, `${was.name} was promoted without figures`)
    assert.equal(policy.promote, 'health', `${was.name} was promoted although nobody said so`)
    assert.equal(judgeCanary(policy, figures).kind, 'good', `${was.name} was promoted after a window that was not good`)
    assert.ok(figures.canary.spanMs >= policy.windowMs, `${was.name} was promoted before its window was over`)
  }
}

const nothingStopsBeforeGatewaysLetGo = (world: World, before: FleetState, after: FleetState): void => {
  for (const assignment of after.assignments.values()) {
    const was = before.assignments.get(assignment.id)
    if (assignment.stage !== 'stopping' || was === undefined || was.stage === 'stopping') continue
    const phase = before.hosts.get(was.hostId)?.replicas.get(was.id)?.phase
    // What has no engine has no request either: preempted, it may be let go in the pass that decides it.
    const isDown = phase === undefined || phase === 'backoff' || phase === 'failed'
    assert.ok(
      was.stage === 'draining' || was.stage === 'starting' || was.stage === 'lost' || isDown,
      `${assignment.id} went from ${was.stage} to stopping`,
    )
    if (was.stage !== 'draining' || isDown) continue
    const spec = before.revisions.get(was.deployment)?.find(({ number }) => number === was.revision)?.spec
    const isOverdue = world.nowMs - was.stageSinceUnixMs >= (spec?.update.drainTimeoutMs ?? 0)
    if (isOverdue) continue
    for (const gateway of world.gateways.filter(({ connected }) => connected)) {
      assert.equal(gateway.outstanding.get(was.id) ?? 0, 0, `${was.id} was stopped with requests in flight at ${gateway.id}`)
      const endpoint: Endpoint | undefined = gateway.applied.routes
        .flatMap(({ endpoints }) => endpoints)
        .find(({ replicaId }) => replicaId === was.id)
      assert.ok(endpoint === undefined || endpoint.draining, `${was.id} was stopped while ${gateway.id} still sent to it`)
    }
  }
}
