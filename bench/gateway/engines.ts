import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually } from '../../test/lab/wait.ts'
import { freePorts, startServer } from '../prepare/server.ts'

/** What stands in for inference engines: quick, so that the gateway is what is measured, and the same for all gateways. */
export interface Engines extends AsyncDisposable {
  /** Two ports that answer every request with one fixed completion. */
  readonly fixedPorts: readonly number[]
  /** Two ports that stream until the client leaves. */
  readonly streamPorts: readonly number[]
}

/** As long as the answer to a short question usually is. */
const completion = JSON.stringify({
  id: 'chatcmpl-bench',
  object: 'chat.completion',
  created: 1_700_000_000,
  model: 'bench',
  choices: [{ index: 0, message: { role: 'assistant', content: 'The answer is forty-two, as it always was.' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 41, completion_tokens: 11, total_tokens: 52 },
})

const fixedConfig = (ports: readonly number[], directory: string): string => `\
daemon off;
worker_processes 1;
worker_rlimit_nofile 20000;
pid ${directory}/nginx.pid;
error_log ${directory}/error.log crit;
events { worker_connections 10000; }
http {
  access_log off;
  client_body_temp_path ${directory}/body;
  keepalive_requests 1000000000;
  keepalive_timeout 300s;
  server {
    ${ports.map((port) => `listen 127.0.0.1:${port} backlog=4096;`).join('\n    ')}
    default_type application/json;
    location / { return 200 '${completion}'; }
  }
}
`

export const answers = async (port: number): Promise<boolean> => (await fetch(`http://127.0.0.1:${port}/`)).ok

export const startEngines = async (runDirectory: string): Promise<Engines> => {
  await using opening = new AsyncDisposableStack()
  const directory = join(runDirectory, 'engine')
  await mkdir(directory, { recursive: true })
  const fixedPorts = await freePorts(2)
  await writeFile(join(directory, 'nginx.conf'), fixedConfig(fixedPorts, directory))
  const fixed = opening.use(await startServer('nginx', ['-e', 'stderr', '-p', directory, '-c', join(directory, 'nginx.conf')]))
  await eventually(() => answers(fixedPorts[0] ?? 0), { deadlineMs: 10_000, what: `the fixed engine to answer\n${fixed.stderr}` })
  const streaming = opening.use(await startServer(process.execPath, [join(import.meta.dirname, 'stream-engine/main.ts')]))
  const [, told = '[]'] = await streaming.outputs(/^listening (\[.*\])$/m, 10_000)
  const resources = opening.move()
  return { fixedPorts, streamPorts: JSON.parse(told) as number[], [Symbol.asyncDispose]: () => resources.disposeAsync() }
}
