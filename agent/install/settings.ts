import { readFile } from 'node:fs/promises'
import { parseEnv } from 'node:util'
import { type AgentSettings, agentSettings } from '../../shared/config/agent-settings.ts'
import type { Environment } from '../../shared/config/environment.ts'
import { loadSettings } from '../../shared/config/settings.ts'
import { errnoOf } from '../../shared/errors/hostler-error.ts'
import type { Layout } from './layout.ts'

export interface ServiceSettings {
  readonly settings: AgentSettings
  /** What the unit's environment file sets. */
  readonly environment: Environment
}

/** The settings that the service will run with, from its environment file and configuration. Throws CONFIG_INVALID. */
export const serviceSettings = async ({ environmentFile, configDirectory }: Layout): Promise<ServiceSettings> => {
  const text = await readFile(environmentFile, 'utf8').catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return ''
    throw error
  })
  const environment = { HOSTLER_CONFIG_DIR: configDirectory, ...parseEnv(text) }
  return { settings: await loadSettings(agentSettings, { section: 'agent', environment }), environment }
}
