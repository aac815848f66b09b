import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually } from '../../test/lab/wait.ts'
import type { BenchRun } from '../bench.ts'
import { freePorts, startServer } from '../prepare/server.ts'
import { answers } from './engines.ts'
import type { Scene, Target } from './target.ts'

const section = (name: string, port: number, engines: readonly number[]): string => `
frontend ${name}
  bind 127.0.0.1:${port} backlog 4096
  default_backend ${name}-engines

backend ${name}-engines
  balance leastconn
${engines.map((engine, at) => `  server engine${at} 127.0.0.1:${engine}`).join('\n')}
`

/** One thread, leastconn, connections to the engines shared and kept. */
const config = ({ engines }: Scene, requestPort: number, streamPort: number): string => `\
global
  nbthread 1
  maxconn 9000

defaults
  mode http
  http-reuse always
  option http-no-delay
  maxconn 9000
  timeout connect 3s
  timeout client 300s
  timeout server 300s
${section('fixed', requestPort, engines.fixedPorts)}${section('streaming', streamPort, engines.streamPorts)}`

export const startHaproxy = async (scene: Scene, run: BenchRun): Promise<Target> => {
  const directory = join(run.directory, 'haproxy')
  await mkdir(directory, { recursive: true })
  const [requestPort = 0, streamPort = 0] = await freePorts(2)
  await writeFile(join(directory, 'haproxy.cfg'), config(scene, requestPort, streamPort))
  const started = await startServer('haproxy', ['-db', '-f', join(directory, 'haproxy.cfg')])
  await eventually(() => answers(requestPort), { deadlineMs: 10_000, what: `HAProxy to answer\n${started.stderr}`, signal: run.signal })
  return {
    name: 'haproxy',
    pid: started.pid,
    requestPort,
    streamPort,
    lastWords: () => started.stderr.slice(-2_000),
    [Symbol.asyncDispose]: () => started[Symbol.asyncDispose](),
  }
}
