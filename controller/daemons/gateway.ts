import { hostname } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../shared/clock/clock.ts'
import type { Environment } from '../../shared/config/environment.ts'
import { loadSettings } from '../../shared/config/settings.ts'
import { joinAddress } from '../../shared/identity/address.ts'
import type { Credentials } from '../../shared/identity/credentials-file.ts'
import { firstAddress } from '../../shared/identity/local-address.ts'
import { lockDirectory } from '../../shared/lifecycle/directory-lock.ts'
import { runDaemon } from '../../shared/lifecycle/run-daemon.ts'
import { createLog } from '../../shared/log/log.ts'
import { joinedCredentials, keepRenewed } from '../../shared/rpc/daemon-credentials.ts'
import type { Daemon } from '../cli/io.ts'
import { startGateway } from '../gateway/gateway.ts'
import { follow } from '../gateway/link/follow.ts'
import { startNginxEngine } from '../gateway/nginx/engine.ts'
import { startSelfCheck } from '../gateway/observe/self-check.ts'
import { gatewayDaemonSettings } from './gateway-settings.ts'

/** `hostler gateway` */
export const gatewayDaemon =
  (environment: Environment): Daemon =>
  async (options, signal) => {
    const {
      dataDir,
      name,
      advertise,
      log: logging,
      engine,
      nginx,
      ...settings
    } = await loadSettings(gatewayDaemonSettings, {
      section: 'gateway',
      file: options.configFile,
      environment,
      overrides: [
        [['dataDir'], options.dataDirectory],
        [['name'], options.name],
        [['engine'], options.engine],
      ],
    })
    const log = createLog({ ...logging, fields: { daemon: 'gateway' } })

    const start = async () => {
      await using opening = new AsyncDisposableStack()
      opening.use(await lockDirectory(dataDir))
      const credentialsFile = join(dataDir, 'credentials.json')
      let credentials: Credentials = await joinedCredentials({
        file: credentialsFile,
        token: options.join ?? environment.HOSTLER_JOIN_TOKEN,
        name: name || hostname().toLowerCase(),
        machineId: '',
        command: 'hostler gateway',
      })
      const gateway =
        engine === 'nginx'
          ? await startNginxEngine({ settings, nginx, dataDir, clock: systemClock, log })
          : await startGateway({ settings, snapshotFile: join(dataDir, 'membership.json'), clock: systemClock, log })
      opening.defer(() => gateway.drain(settings.drain.timeoutMs))
      const selfCheck = opening.use(startSelfCheck({ address: gateway.address, clock: systemClock, tls: settings.tls !== undefined }))
      const { address: bound, port } = gateway.address
      const address = advertise || joinAddress(bound === '0.0.0.0' || bound === '::' ? firstAddress() : bound, port)

      // The link outlives the drain, so that the controller sees the last requests end.
      const linked = new AbortController()
      const onRenewed = (renewed: Credentials) => {
        credentials = renewed
      }
      const linking = Promise.all([
        follow({ credentials: () => credentials, gateway, address, clock: systemClock, random: Math.random, log }, linked.signal),
        keepRenewed(credentials, { file: credentialsFile, clock: systemClock, log, onRenewed }, linked.signal),
      ])
      const resources = opening.move()
      return {
        status: `serving at ${address}`,
        // A gateway that drains does not listen any more, and is well.
        alive: () => signal.aborted || selfCheck.alive(),
        [Symbol.asyncDispose]: async () => {
          await gateway.drain(settings.drain.timeoutMs)
          linked.abort()
          await linking
          await resources.disposeAsync()
        },
      }
    }
    return runDaemon({ name: 'gateway', environment, log, start }, signal)
  }
