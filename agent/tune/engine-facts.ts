import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { EngineFacts } from './observers/engine-limit.ts'

const dockerUnit = 'docker.service'
const unitDirectories = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
]
const pidFiles = ['/run/docker.pid', '/var/run/docker.pid']

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

/** The container engine's service as far as files tell of it: its limits are set in its unit. An engine without one has none to set. */
export const readEngineFacts = async (root: string, memlock: EngineFacts['memlock']): Promise<EngineFacts> => {
  const bySystemd = await exists(join(root, '/run/systemd/system'))
  const units = await Promise.all(unitDirectories.map((directory) => exists(join(root, directory, dockerUnit))))
  const pids = await Promise.all(pidFiles.map((file) => readFile(join(root, file), 'utf8').catch(() => '')))
  const pid = Number(pids.find((text) => text !== '') ?? '')
  return { unit: bySystemd && units.includes(true) ? dockerUnit : '', pid: pid > 0 ? pid : undefined, memlock }
}
