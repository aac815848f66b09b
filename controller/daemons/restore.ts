import { join } from 'node:path'
import { systemClock } from '../../shared/clock/clock.ts'
import { controllerSettings } from '../../shared/config/controller-settings.ts'
import type { Environment } from '../../shared/config/environment.ts'
import { loadSettings } from '../../shared/config/settings.ts'
import { HostlerError } from '../../shared/errors/hostler-error.ts'
import type { CliIo } from '../cli/io.ts'
import { hasCertificateAuthority } from '../identity/ca.ts'
import { restoreDatabase } from '../store/restore.ts'

/** `hostler controller restore` */
export const restoreController =
  (environment: Environment): CliIo['restore'] =>
  async ({ from, configFile, dataDirectory }) => {
    const { dataDir } = await loadSettings(controllerSettings, {
      section: 'controller',
      file: configFile,
      environment,
      overrides: [[['dataDir'], dataDirectory]],
    })
    // Without its CA a database is of no use: the hosts in it trust no other.
    if (!(await hasCertificateAuthority(dataDir))) {
      throw new HostlerError(
        'CONFLICT',
        `${dataDir} has no ca.crt, so no controller has run there; name its directory with --data-dir, or copy ca.crt and ca.key of the old one there first. Nothing was changed`,
      )
    }
    const { file, keptIn, fleet, newestEventUnixMs } = await restoreDatabase(join(dataDir, 'hostler.db'), from, systemClock.unixMs())
    return {
      file,
      keptIn,
      deployments: fleet.deployments.map(({ name }) => name),
      hosts: fleet.hosts.length,
      replicas: fleet.assignments.length,
      newestEventUnixMs,
    }
  }
