import { systemClock } from '../shared/clock/clock.ts'
import { agentSettings } from '../shared/config/agent-settings.ts'
import type { Environment } from '../shared/config/environment.ts'
import { loadSettings } from '../shared/config/settings.ts'
import { runDaemon } from '../shared/lifecycle/run-daemon.ts'
import { createLog } from '../shared/log/log.ts'
import { startAgent } from './serve.ts'

export interface AgentCommand {
  readonly config?: string | undefined
  readonly dataDir?: string | undefined
  readonly join?: string | undefined
  readonly name?: string | undefined
  readonly address?: string | undefined
}

/** `hostler agent`: runs until the signal aborts. Resolves to the exit code. */
export const agentDaemon = async (command: AgentCommand, environment: Environment, signal: AbortSignal): Promise<number> => {
  const settings = await loadSettings(agentSettings, {
    section: 'agent',
    file: command.config,
    environment,
    overrides: [
      [['dataDir'], command.dataDir],
      [['name'], command.name],
      [['address'], command.address],
    ],
  })
  const log = createLog({ ...settings.log, fields: { daemon: 'agent' } })
  const start = async () => {
    const agent = await startAgent({
      settings,
      joinToken: command.join ?? environment.HOSTLER_JOIN_TOKEN,
      environment,
      clock: systemClock,
      log,
    })
    return {
      status: `host ${agent.hostId} at ${agent.address}`,
      alive: () => agent.alive(),
      [Symbol.asyncDispose]: () => agent[Symbol.asyncDispose](),
    }
  }
  return runDaemon({ name: 'agent', environment, log, start }, signal)
}
