import { gatewaySettings } from '../../../../controller/gateway/config.ts'
import { type NginxEngine, startNginxEngine } from '../../../../controller/gateway/nginx/engine.ts'
import { processesIn } from '../../../../controller/gateway/nginx/workers.ts'
import { silentLog } from '../../../../shared/log/log.ts'
import { freePort } from '../../../support/free-port.ts'
import { scratchDirectory } from '../../../support/scratch.ts'

export interface TestNginx extends AsyncDisposable {
  readonly engine: NginxEngine
  readonly port: number
  readonly dataDir: string
  /** Processes of NGINX that are there. */
  processes(): Promise<readonly { readonly pid: number; readonly title: string }[]>
}

/** An NGINX that follows what it is given, on loopback, with a directory of its own. */
export const startTestNginx = async (settings: object = {}, reloadPauseMs = 0): Promise<TestNginx> => {
  await using opening = new AsyncDisposableStack()
  const { path } = opening.use(await scratchDirectory())
  const port = await freePort()
  const engine = opening.use(
    await startNginxEngine({
      settings: gatewaySettings.parse({ auth: 'open', listen: { host: '127.0.0.1', port }, ...settings }),
      nginx: { program: 'nginx', workers: 2, reloadPauseMs, accessLog: '' },
      dataDir: path,
      log: silentLog,
    }),
  )
  const resources = opening.move()
  return {
    engine,
    port,
    dataDir: path,
    processes: () => processesIn(`${path}/nginx`),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}
