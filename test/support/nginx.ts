import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually } from '../lab/wait.ts'
import { scratchDirectory } from './scratch.ts'

/** A whole configuration around what belongs into the http block, all of it in one directory. */
const whole = (directory: string, http: string): string => `\
daemon off;
worker_processes 2;
pid ${directory}/nginx.pid;
error_log stderr;
events { worker_connections 512; }
http {
  access_log off;
  client_body_temp_path ${directory}/body;
  proxy_temp_path ${directory}/proxy;
  fastcgi_temp_path ${directory}/fastcgi;
  uwsgi_temp_path ${directory}/uwsgi;
  scgi_temp_path ${directory}/scgi;
${http}
}
`

const argumentsFor = async (directory: string, http: string): Promise<readonly string[]> => {
  const file = join(directory, 'nginx.conf')
  await writeFile(file, whole(directory, http))
  return ['-e', 'stderr', '-p', directory, '-c', file]
}

/** What `nginx -t` says of a file for the http block; empty when it is content. */
export const nginxSays = async (http: string): Promise<string> => {
  await using directory = await scratchDirectory()
  const { status, stderr } = spawnSync('nginx', ['-t', ...(await argumentsFor(directory.path, http))], { encoding: 'utf8' })
  return status === 0 && !/\[(warn|emerg|error)\]/.test(stderr) ? '' : stderr
}

export interface Nginx extends AsyncDisposable {
  /** Puts another file in the place of the one in use, as `nginx -s reload` does. */
  reload(http: string): Promise<void>
}

/** A real NGINX with the file in its http block, which answers on the port when this returns. */
export const startNginx = async (http: string, port: number): Promise<Nginx> => {
  await using opening = new AsyncDisposableStack()
  const directory = opening.use(await scratchDirectory())
  const child = spawn('nginx', await argumentsFor(directory.path, http), { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (piece: Buffer) => {
    said = (said + piece.toString()).slice(-4_000)
  })
  opening.defer(async () => {
    if (child.exitCode !== null) return
    child.kill('SIGTERM')
    await once(child, 'exit')
  })
  const answers = () =>
    fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    )
  await eventually(answers, { deadlineMs: 10_000, what: `nginx to answer\n${said}` })
  const reload = async (next: string) => {
    const args = await argumentsFor(directory.path, next)
    const { status, stderr } = spawnSync('nginx', [...args, '-s', 'reload'], { encoding: 'utf8' })
    if (status !== 0) throw new Error(stderr)
  }
  const resources = opening.move()
  return { reload, [Symbol.asyncDispose]: () => resources.disposeAsync() }
}
