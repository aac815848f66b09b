import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually } from '../lab/wait.ts'
import { freePort } from './free-port.ts'
import { scratchDirectory } from './scratch.ts'

export interface PromSample {
  readonly metric: Readonly<Record<string, string>>
  readonly value: number
}

/** A real Prometheus that reads targets every second. */
export interface Prometheus extends AsyncDisposable {
  /** The result of an instant query, empty while there is none. */
  query(expression: string): Promise<readonly PromSample[]>
}

/** What `promtool check metrics` says of a text; empty when it finds nothing. */
export const promtoolSays = (text: string): string => {
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' })
  return status === 0 && stdout + stderr === '' ? '' : `exit code ${status}: ${stdout}${stderr}`
}

const ended = (child: ChildProcess): Promise<unknown> =>
  child.exitCode !== null || child.signalCode !== null ? Promise.resolve() : new Promise((resolve) => child.once('exit', resolve))

/** Starts one on loopback, with a directory of its own. Targets are ports by job name. */
export const startPrometheus = async (targets: Readonly<Record<string, number>>): Promise<Prometheus> => {
  await using opening = new AsyncDisposableStack()
  const directory = opening.use(await scratchDirectory())
  const config = join(directory.path, 'prometheus.yml')
  const jobs = Object.entries(targets).map(
    ([name, port]) => `  - job_name: ${name}\n    static_configs:\n      - targets: ['127.0.0.1:${port}']\n`,
  )
  await writeFile(config, `global:\n  scrape_interval: 1s\nscrape_configs:\n${jobs.join('')}`)
  const port = await freePort()
  const args = [`--config.file=${config}`, `--storage.tsdb.path=${join(directory.path, 'data')}`, `--web.listen-address=127.0.0.1:${port}`]
  const child = spawn('prometheus', args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (piece: Buffer) => {
    said = (said + piece.toString()).slice(-4_000)
  })
  opening.defer(async () => {
    child.kill('SIGKILL')
    await ended(child)
  })
  const query = async (expression: string): Promise<readonly PromSample[]> => {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(expression)}`)
    const answer = (await response.json()) as { data: { result: { metric: Record<string, string>; value: [number, string] }[] } }
    return answer.data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }))
  }
  await eventually(async () => (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok, {
    deadlineMs: 30_000,
    what: `Prometheus to be ready: ${said}`,
  })
  const resources = opening.move()
  return { query, [Symbol.asyncDispose]: () => resources.disposeAsync() }
}
