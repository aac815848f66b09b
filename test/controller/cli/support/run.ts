/** Runs the command line in this process, its output kept. */
import { PassThrough, Writable } from 'node:stream'
import type { CliIo, DaemonOptions } from '../../../../controller/cli/io.ts'
import { runCli } from '../../../../controller/cli/program.ts'

export interface RunOptions {
  readonly credentialsFile?: string | undefined
  readonly columns?: number
  readonly rows?: number
  readonly tty?: boolean
  readonly stdin?: string
  readonly signal?: AbortSignal
  readonly now?: () => number
  readonly colour?: boolean
  readonly configDirectory?: string
  readonly restore?: CliIo['restore']
  readonly daemon?: (name: string, options: DaemonOptions) => number
}

export interface RunResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** A run that goes on: its output so far, and its end. */
export interface Running {
  stdout(): string
  stderr(): string
  readonly ended: Promise<RunResult>
}

const sink = (): { stream: Writable; text: () => string } => {
  const chunks: Buffer[] = []
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(Buffer.from(chunk))
      done()
    },
  })
  return { stream, text: () => Buffer.concat(chunks).toString('utf8') }
}

export const start = (argv: readonly string[], options: RunOptions = {}): Running => {
  const [stdout, stderr] = [sink(), sink()]
  const stdin = new PassThrough()
  stdin.end(options.stdin ?? '')
  const tty = options.tty ?? false
  const daemon = (name: string) => async (given: DaemonOptions) => options.daemon?.(name, given) ?? 0
  const io: CliIo = {
    stdin,
    stdout: stdout.stream,
    stderr: stderr.stream,
    isTTY: { stdin: tty, stdout: tty, stderr: tty },
    columns: () => options.columns,
    rows: () => options.rows ?? 24,
    settings: {
      credentialsFile: options.credentialsFile,
      configDirectory: options.configDirectory ?? '/nonexistent/config',
      adminCredentialsFile: '/nonexistent/admin.json',
      noColor: !(options.colour ?? false),
    },
    signal: options.signal ?? new AbortController().signal,
    now: options.now ?? Date.now,
    restore: options.restore ?? (() => Promise.reject(new Error('not of this test'))),
    daemons: { controller: daemon('controller'), gateway: daemon('gateway'), up: daemon('up') },
  }
  const ended = runCli(argv, io).then((exitCode) => ({ exitCode, stdout: stdout.text(), stderr: stderr.text() }))
  return { stdout: stdout.text, stderr: stderr.text, ended }
}

export const run = (argv: readonly string[], options: RunOptions = {}): Promise<RunResult> => start(argv, options).ended
