import type { ContainerInspectInfo } from 'dockerode'
import { identityOf } from '../labels.ts'
import { memlockConsequence } from '../memlock.ts'
import type { Instance, InstanceState } from '../runtime.ts'

const states: Readonly<Record<string, InstanceState>> = {
  created: 'created',
  configured: 'created',
  initialized: 'created',
  running: 'running',
  paused: 'running',
  restarting: 'running',
  // Half removed or wedged: a process may be left, so nothing else may take its GPU.
  removing: 'running',
  stopping: 'running',
}

const unlimitedMemlock = (container: ContainerInspectInfo): boolean =>
  (container.HostConfig.Ulimits ?? []).some(({ Name, Soft }) => /^(RLIMIT_)?memlock$/i.test(Name ?? '') && Soft === -1)

/** The label that tells a deliberate absence of the limit from one that the host could not grant. */
export const memlockLabel = 'hostler.memlock-refused'

/** What the engine says about one of our containers; undefined when its labels are not ours. */
export const instanceOf = (container: ContainerInspectInfo): Instance | undefined => {
  const labels = container.Config.Labels ?? {}
  const identity = identityOf(labels)
  if (!identity) return undefined
  const state = states[container.State.Status] ?? 'exited'
  const refused = labels[memlockLabel]
  return {
    runtime: 'docker',
    id: container.Id,
    identity,
    state,
    pid: state === 'running' && container.State.Pid > 0 ? container.State.Pid : undefined,
    startedUnixMs: Math.max(0, Date.parse(container.State.StartedAt) || 0),
    exitCode: state === 'exited' ? container.State.ExitCode : undefined,
    oomKilled: container.State.OOMKilled,
    warnings:
      refused && !unlimitedMemlock(container) ? [`Launched without an unlimited memlock limit (${refused}): ${memlockConsequence}.`] : [],
  }
}
