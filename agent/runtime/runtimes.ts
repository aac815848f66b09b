import type { AgentSettings } from '../../shared/config/agent-settings.ts'
import type { Environment } from '../../shared/config/environment.ts'
import type { Log } from '../../shared/log/log.ts'
import { DockerRuntime } from './docker/docker-runtime.ts'
import { socketCandidates } from './docker/socket.ts'
import { ExecRuntime } from './exec/exec-runtime.ts'
import type { Runtime } from './runtime.ts'

export interface RuntimesOptions {
  /** Only instances of this host are ever seen. */
  readonly hostId: string
  readonly settings: AgentSettings
  readonly environment: Environment
  readonly log: Log
  /** Sysctls that new containers are to have in namespaces of their own. */
  readonly sysctls?: () => Readonly<Record<string, string>>
}

/** What engines on the host inherit; the agent's own environment may hold secrets. */
const inherited = (environment: Environment): Readonly<Record<string, string>> =>
  Object.fromEntries(
    ['PATH', 'HOME', 'LANG', 'LD_LIBRARY_PATH'].flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])),
  )

/** The ways to run engines that the settings allow. */
export const runtimesOf = ({ hostId, settings, environment, log, sysctls = () => ({}) }: RuntimesOptions): readonly Runtime[] => {
  const sockets = socketCandidates(settings.engine.socket || undefined, environment.DOCKER_HOST)
  const docker = new DockerRuntime({ hostId, sockets, log, sysctls })
  const exec = new ExecRuntime({ hostId, stateDir: settings.dataDir, baseEnv: inherited(environment) })
  return settings.engine.exec ? [docker, exec] : [docker]
}
