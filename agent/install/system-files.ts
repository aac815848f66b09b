import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { writeFileAtomic } from '../../shared/lifecycle/atomic-file.ts'
import { defaultPrefix, type Layout, type SystemFile } from './layout.ts'

/** Writes a file of the package for systemd, with the prefix filled in; false when it is there already. */
export const placeSystemFile = async (file: SystemFile, { prefix }: Layout): Promise<boolean> => {
  const text = (await readFile(join(prefix, 'systemd', file.source), 'utf8')).replaceAll(defaultPrefix, prefix)
  if (existsSync(file.target) && (await readFile(file.target, 'utf8')) === text) return false
  await mkdir(dirname(file.target), { recursive: true, mode: 0o755 })
  await writeFileAtomic(file.target, text, { mode: 0o644 })
  return true
}

const environmentText = (
  address: string | undefined,
): string => `# Environment of hostler-agent.service. Every setting of docs/configuration.md may stand here; /etc/hostler/agent.yaml may hold them as
# well. "hostler agent install" never changes this file. After a change: systemctl restart hostler-agent
${address === undefined ? '#HOSTLER_AGENT_ADDRESS=' : `HOSTLER_AGENT_ADDRESS=${address}`}
`

/** Writes the agent's environment file unless there is one, which is the administrator's; false then. */
export const placeEnvironmentFile = async ({ environmentFile }: Layout, address: string | undefined): Promise<boolean> => {
  if (existsSync(environmentFile)) return false
  await writeFileAtomic(environmentFile, environmentText(address), { mode: 0o600 })
  return true
}
