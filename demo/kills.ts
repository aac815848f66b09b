import type { LabFleet } from '../test/lab/fleet.ts'
import { eventually } from '../test/lab/wait.ts'
import type { Load } from './load.ts'

export interface Killed {
  readonly recoveryMs: number
  readonly told: string
}

const deadlineMs = 60_000

const replicasOf = async (fleet: LabFleet) => (await fleet.control.fleet(['replicas'])).replicas

/** Containers of the fleet by the time they were started: the same list afterwards means that none was restarted. */
const startTimes = async (fleet: LabFleet): Promise<string> => {
  const lists = await Promise.all(fleet.members.map(({ host }) => host.docker.listContainers()))
  return JSON.stringify(
    lists
      .flat()
      .map(({ Id, Created }) => [Id, Created])
      .sort(),
  )
}

/** SIGKILL to an engine, from outside of everything that watches it. */
export const killReplica = async (
  fleet: LabFleet,
  signal: AbortSignal,
): Promise<Killed & { readonly replicaId: string; readonly killedMs: number }> => {
  const replicas = await replicasOf(fleet)
  const victim = replicas.find(({ routed }) => routed)
  const member = fleet.members.find(({ host }) => host.name === victim?.host)
  if (!victim || !member) throw new Error('no replica serves')
  const [container] = await member.host.docker.listContainers({ filters: JSON.stringify({ label: [`hostler.replica=${victim.id}`] }) })
  if (!container) throw new Error(`no container of ${victim.id}`)
  const { State } = await member.host.docker.getContainer(container.Id).inspect()
  process.kill(State.Pid, 'SIGKILL')
  const startedMs = performance.now()
  await eventually(
    async () => {
      const now = (await replicasOf(fleet)).find(({ id }) => id === victim.id)
      return now?.routed && (now.restarts ?? 0) > victim.restarts
    },
    { deadlineMs, what: `${victim.id} to serve again`, signal },
  )
  return {
    recoveryMs: performance.now() - startedMs,
    replicaId: victim.id,
    killedMs: startedMs,
    told: `${victim.id} on ${victim.host} was killed, restarted by its agent, probed and routed again`,
  }
}

/** SIGKILL to an agent; its service manager starts it again and it adopts what runs. */
export const killAgent = async (fleet: LabFleet, signal: AbortSignal): Promise<Killed> => {
  const [member] = fleet.members
  if (!member) throw new Error('there is no host')
  const before = await startTimes(fleet)
  member.process.kill('SIGKILL')
  await member.process.exited
  const startedMs = performance.now()
  await fleet.restartAgent(member)
  await member.process.outputs(/connected to the controller/, deadlineMs)
  const recoveryMs = performance.now() - startedMs
  if ((await startTimes(fleet)) !== before) throw new Error('the death of an agent restarted a container')
  signal.throwIfAborted()
  return { recoveryMs, told: `the agent of ${member.host.name} came back and adopted its replica; no container was restarted` }
}

/** SIGKILL to the controller, a while of traffic without it, and its return. */
export const killController = async (fleet: LabFleet, load: Load, signal: AbortSignal): Promise<Killed> => {
  const before = await startTimes(fleet)
  fleet.controllerProcess.kill('SIGKILL')
  await fleet.controllerProcess.exited
  const answeredBefore = load.answered
  await eventually(() => load.answered > answeredBefore + 50, { deadlineMs, what: 'traffic to go on without a controller', signal })
  const servedWithout = load.answered - answeredBefore
  const startedMs = performance.now()
  await fleet.startController()
  await eventually(async () => (await fleet.control.fleet(['hosts'])).hosts.every(({ state }) => state === 'ready'), {
    deadlineMs,
    what: 'all hosts to be in touch',
    signal,
  })
  const recoveryMs = performance.now() - startedMs
  if ((await startTimes(fleet)) !== before) throw new Error('the death of the controller restarted a container')
  return { recoveryMs, told: `${servedWithout} requests were answered without a controller; it came back and no container was restarted` }
}
