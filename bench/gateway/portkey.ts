import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run as runProgram } from '../../test/lab/process.ts'
import { eventually } from '../../test/lab/wait.ts'
import type { BenchRun } from '../bench.ts'
import { freePorts, startServer } from '../prepare/server.ts'
import { clientKey, type Scene, type Target } from './target.ts'

const name = '@portkey-ai/gateway'
const version = '1.15.2'

/** Outlives runs, so that the package is fetched once. */
const folder = join(import.meta.dirname, '../../.cache/bench/packages')
const program = join(folder, 'node_modules', name, 'build/start-server.js')

const isThere = async (): Promise<boolean> => {
  const text = await readFile(join(folder, 'node_modules', name, 'package.json'), 'utf8').catch(() => '{}')
  return (JSON.parse(text) as { readonly version?: string }).version === version
}

/** Fetches the package from npm; it is no dependency of Hostler. */
const install = async (run: BenchRun): Promise<void> => {
  if (await isThere()) return
  run.say(`installing ${name} ${version} from npm`)
  await mkdir(folder, { recursive: true })
  const args = ['install', '--prefix', folder, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', `${name}@${version}`]
  await runProgram('npm', args, { deadlineMs: 300_000 })
}

/** Another gateway in TypeScript, in front of one of the engines: it takes the engine from a header, and balances nothing here. */
export const startPortkey = async ({ engines }: Scene, run: BenchRun): Promise<Target> => {
  await install(run)
  const [port = 0] = await freePorts(1)
  const requestHeaders = {
    'x-portkey-provider': 'openai',
    'x-portkey-custom-host': `http://127.0.0.1:${engines.fixedPorts[0]}/v1`,
  }
  const started = await startServer(process.execPath, [program, `--port=${port}`, '--headless'], {
    env: { NODE_ENV: 'production', TRUSTED_CUSTOM_HOSTS: '127.0.0.1,localhost' },
  })
  const answers = async () => {
    const headers = { ...requestHeaders, authorization: `Bearer ${clientKey}`, 'content-type': 'application/json' }
    const body = JSON.stringify({ model: 'bench', messages: [{ role: 'user', content: 'Are you there?' }] })
    const response = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, { method: 'POST', headers, body })
    return response.ok && (await response.text()).includes('forty-two')
  }
  await eventually(answers, { deadlineMs: 30_000, what: `Portkey to answer\n${started.stderr}`, signal: run.signal })
  return {
    name: 'portkey',
    pid: started.pid,
    requestPort: port,
    streamPort: port,
    requestHeaders,
    lastWords: () => (started.stdout + started.stderr).slice(-2_000),
    [Symbol.asyncDispose]: () => started[Symbol.asyncDispose](),
  }
}
