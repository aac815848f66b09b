import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually } from '../../test/lab/wait.ts'
import type { BenchRun } from '../bench.ts'
import { freePorts, startServer } from '../prepare/server.ts'
import { answers } from './engines.ts'
import type { Scene, Target } from './target.ts'

const upstream = (name: string, ports: readonly number[]): string => `
  upstream ${name} {
    least_conn;
    ${ports.map((port) => `server 127.0.0.1:${port};`).join('\n    ')}
    keepalive 512;
    keepalive_requests 1000000000;
  }`

const server = (port: number, name: string, more: string): string => `
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / {
      proxy_pass http://${name};
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      ${more}
    }
  }`

/** One worker, least_conn, connections to the engines kept; for streams with proxy_buffering off, as anyone has it who streams tokens. */
const config = ({ engines }: Scene, directory: string, [requestPort = 0, streamPort = 0]: readonly number[]): string => `\
daemon off;
worker_processes 1;
worker_rlimit_nofile 20000;
pid ${directory}/nginx.pid;
error_log ${directory}/error.log crit;
events { worker_connections 16384; }
http {
  access_log off;
  client_body_temp_path ${directory}/body;
  proxy_temp_path ${directory}/proxy;
  keepalive_requests 1000000000;
  keepalive_timeout 300s;
${upstream('fixed', engines.fixedPorts)}
${upstream('streaming', engines.streamPorts)}
${server(requestPort, 'fixed', '')}
${server(streamPort, 'streaming', 'proxy_buffering off;')}
}
`

export const startNginx = async (scene: Scene, run: BenchRun): Promise<Target> => {
  const directory = join(run.directory, 'nginx')
  await mkdir(directory, { recursive: true })
  const [requestPort = 0, streamPort = 0] = await freePorts(2)
  await writeFile(join(directory, 'nginx.conf'), config(scene, directory, [requestPort, streamPort]))
  const started = await startServer('nginx', ['-e', 'stderr', '-p', directory, '-c', join(directory, 'nginx.conf')])
  await eventually(() => answers(requestPort), { deadlineMs: 10_000, what: `nginx to answer\n${started.stderr}`, signal: run.signal })
  return {
    name: 'nginx',
    pid: started.pid,
    requestPort,
    streamPort,
    lastWords: () => started.stderr.slice(-2_000),
    [Symbol.asyncDispose]: () => started[Symbol.asyncDispose](),
  }
}
