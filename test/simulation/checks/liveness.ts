import type { ControlLoop } from '../../../controller/control-loop.ts'
import { memberOn, membersOf, replicaIdOf } from '../../../controller/domain/gang/members.ts'
import type { Deployment } from '../../../controller/domain/model.ts'
import { scaledName } from '../scenario/specs.ts'
import type { World } from '../world/world.ts'

/** What still stands between the fleet and rest; empty once there is nothing. By what is true, and by what the controller says of it. */
export const unrest = (world: World): readonly string[] => {
  const { control } = world.controller
  if (!control) return ['the controller does not run']
  const { facts } = control.context.ledger
  return [
    ...[...facts.hosts.keys()].filter((id) => world.goneForGood.has(id)).map((id) => `${id} is gone and not removed`),
    ...[...facts.deployments.values()].flatMap((deployment) => ofDeployment(world, control, deployment)),
    ...surplus(world, control),
    ...ofGateways(world, control),
  ]
}

const targetSpecOf = (control: ControlLoop, { name, targetRevision }: Deployment) =>
  control.context.ledger.facts.revisions.get(name)?.find(({ number }) => number === targetRevision)?.spec

/** Its replicas can be well. */
export const isSound = (control: ControlLoop, deployment: Deployment): boolean => {
  const spec = targetSpecOf(control, deployment)
  return spec?.env.BEHAVIOUR === 'good' || spec?.env.BEHAVIOUR === 'stubborn'
}

const ofDeployment = (world: World, control: ControlLoop, deployment: Deployment): readonly string[] => {
  const { name, deleting, replicas } = deployment
  if (deleting) return [`${name} is still being deleted`]
  const report = control.loop.reports.get(name)
  if (!report) return [`${name} has no report`]
  const told = `${name} is ${report.state}: ${report.message}`
  if (!isSound(control, deployment)) return report.state === 'progressing' || report.message !== '' ? [] : [`${told} without a reason`]
  const { assignments } = control.context.ledger.facts
  const unsettled = [...assignments.values()].filter((one) => one.deployment === name && one.stage !== 'serving')
  if (unsettled.length > 0) return unsettled.map(({ id, stage }) => `${id} is ${stage} (${told})`)
  const asleep = scaledWrongly(world, control, deployment)
  if (asleep !== '') return [`${told}, ${asleep}`]
  if (report.unplaced)
    return [
      ...hostWithRoom(world, control, deployment).map((host) => `${told}, but ${host} has room`),
      ...hostOfWeaker(world, control, deployment).map((host) => `${told}, but weaker replicas would make room on ${host}`),
    ]
  if (report.ready !== replicas || !['ready', 'rolled-back'].includes(report.state)) return [told]
  return []
}

const hostWithRoom = (world: World, control: ControlLoop, { name, targetRevision }: Deployment): readonly string[] => {
  const { facts } = control.context.ledger
  const spec = facts.revisions.get(name)?.find(({ number }) => number === targetRevision)?.spec
  const { hosts = 1 } = spec?.parallelism ?? {}
  const needed = (spec?.resources.gpus ?? 0) / hosts
  const held = new Set([...facts.assignments.values()].flatMap(membersOf).flatMap(({ gpuUuids }) => gpuUuids))
  const roomy = world.hosts
    .filter(({ up, id, gpus }) => up && facts.hosts.has(id) && gpus.filter(({ uuid }) => !held.has(uuid)).length >= needed)
    .map((host) => host.name)
  return roomy.length >= hosts ? roomy.slice(0, 1) : []
}

/** A deployment that may sleep does so when nobody asks for it, and only then. */
const scaledWrongly = (world: World, control: ControlLoop, deployment: Deployment): string => {
  const autoscale = targetSpecOf(control, deployment)?.autoscale
  if (autoscale?.min !== 0 || deployment.name !== scaledName || world.gateways.length === 0) return ''
  if (deployment.replicas === 0) return world.demand ? 'but clients ask for it' : ''
  return world.demand ? '' : 'but nobody asks for it'
}

/** Where a deployment without a place would have one if all weaker replicas went. */
const hostOfWeaker = (world: World, control: ControlLoop, deployment: Deployment): readonly string[] => {
  const { facts } = control.context.ledger
  const spec = targetSpecOf(control, deployment)
  const replicas = [...facts.assignments.values()]
  if (!spec || spec.preemption === 'never' || spec.parallelism.hosts > 1) return []
  if (replicas.some((one) => one.deployment === deployment.name && one.revision !== deployment.targetRevision)) return []
  const priorityOf = (name: string) => {
    const other = facts.deployments.get(name)
    return (other && targetSpecOf(control, other)?.priority) ?? 0
  }
  const stronger = replicas.filter((one) => priorityOf(one.deployment) >= spec.priority).flatMap(membersOf)
  const taken = new Set(stronger.flatMap(({ gpuUuids }) => gpuUuids))
  return world.hosts
    .filter(
      ({ up, id, gpus }) => up && facts.hosts.has(id) && gpus.filter(({ uuid }) => !taken.has(uuid)).length >= (spec.resources.gpus ?? 0),
    )
    .map((host) => host.name)
}

const surplus = (world: World, control: ControlLoop): readonly string[] => {
  const { assignments } = control.context.ledger.facts
  return world.hosts.flatMap((host) =>
    host.up
      ? [...host.engines.values()]
          .filter(({ holdsGpus, identity }) => {
            const assignment = assignments.get(replicaIdOf(identity.replicaId))
            return holdsGpus && (!assignment || memberOn(assignment, host.id)?.id !== identity.replicaId)
          })
          .map(({ id, identity }) => `${id} of ${identity.replicaId} runs on ${host.name} and nobody wants it`)
      : [],
  )
}

const ofGateways = (world: World, control: ControlLoop): readonly string[] => {
  const { assignments, deployments } = control.context.ledger.facts
  const sound = new Set([...deployments.values()].filter((one) => isSound(control, one)).map(({ name }) => name))
  const serving = [...assignments.values()].filter(({ stage, deployment }) => stage === 'serving' && sound.has(deployment))
  return world.gateways.flatMap((gateway) => {
    const endpoints = gateway.endpoints()
    const missing = serving.filter(({ id }) => !endpoints.has(id)).map(({ id }) => `${gateway.id} does not send to ${id}`)
    const dead = [...endpoints.keys()].filter((id) => !assignments.has(id)).map((id) => `${gateway.id} sends to ${id}, which is no more`)
    const kept = gateway.stuck().filter((name) => serving.some(({ deployment }) => deployment === name))
    return [...missing, ...dead, ...kept.map((name) => `requests for ${name} wait at ${gateway.id}`)]
  })
}
