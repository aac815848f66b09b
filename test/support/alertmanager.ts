import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually } from '../lab/wait.ts'
import { freePort } from './free-port.ts'
import { scratchDirectory } from './scratch.ts'

export interface ManagedAlert {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly startsAt: string
  readonly endsAt: string
  readonly status: { readonly state: string }
}

/** Debian's Alertmanager on loopback, with a directory of its own and a receiver that tells nobody. */
export interface Alertmanager extends AsyncDisposable {
  readonly url: string
  /** Those that it takes to be firing. */
  alerts(): Promise<readonly ManagedAlert[]>
}

export const startAlertmanager = async (): Promise<Alertmanager> => {
  await using opening = new AsyncDisposableStack()
  const directory = opening.use(await scratchDirectory())
  const config = join(directory.path, 'alertmanager.yml')
  await writeFile(config, 'route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n')
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const child = spawn(
    'prometheus-alertmanager',
    [
      `--config.file=${config}`,
      `--storage.path=${join(directory.path, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let said = ''
  child.stderr.on('data', (piece: Buffer) => {
    said = (said + piece.toString()).slice(-4_000)
  })
  opening.defer(async () => {
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await gone
  })
  await eventually(async () => (await fetch(`${url}/-/ready`)).ok, { deadlineMs: 30_000, what: `Alertmanager to be ready: ${said}` })
  const resources = opening.move()
  return {
    url,
    alerts: async () => (await fetch(`${url}/api/v2/alerts`)).json() as Promise<readonly ManagedAlert[]>,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}
