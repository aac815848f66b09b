import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rm } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import type { Clock } from '../../../shared/clock/clock.ts'
import { errnoOf, HostlerError } from '../../../shared/errors/hostler-error.ts'
import { backoffMs } from '../../../shared/lifecycle/backoff.ts'
import { pause } from '../../../shared/lifecycle/deadline.ts'
import type { Log } from '../../../shared/log/log.ts'
import { processesIn, type Workers, workersOf } from './workers.ts'

export interface MasterOptions {
  readonly program: string
  /** Working directory and prefix; how its processes are known again after a crash of ours. */
  readonly directory: string
  readonly configFile: string
  /** Its sockets; emptied before each start, since a master that was killed leaves them behind. */
  readonly socketDirectory: string
  readonly clock: Clock
  readonly log: Log
}

const startMs = 10_000
const reloadMs = 20_000
const lookMs = 20
const backoff = { firstMs: 250, factor: 2, capMs: 5_000 } as const
const goodRunMs = 60_000

const signalled = (pid: number, signal: NodeJS.Signals): boolean => {
  try {
    process.kill(pid, signal)
    return true
  } catch (error) {
    if (errnoOf(error) !== 'ESRCH') throw error
    return false
  }
}

const missing = (program: string, cause: unknown): HostlerError =>
  new HostlerError(
    'COMMAND_MISSING',
    `${program} cannot be run (${errnoOf(cause)}); install it, or name another with gateway.nginx.program`,
    {
      cause,
    },
  )

/**
 * An NGINX of our own: started, watched, started again when it dies, and never left behind. It is in a process group of its own, so that a
 * signal of the terminal does not reach it, and the kernel tells it to finish and end (SIGQUIT) when this process dies.
 */
export class Master {
  readonly #options: MasterOptions
  #child: ChildProcess | undefined
  #running: Promise<void> | undefined
  #lastWords: string[] = []
  readonly #stop = new AbortController()

  constructor(options: MasterOptions) {
    this.#options = options
  }

  get alive(): boolean {
    return this.#child?.exitCode === null && this.#child.signalCode === null
  }

  /** Undefined when nginx -t is content with a file, else what it says. @throws HostlerError COMMAND_MISSING */
  async refuses(file: string): Promise<string | undefined> {
    const { program, directory } = this.#options
    const child = spawn(program, ['-t', '-q', ...this.#arguments(file)], {
      cwd: directory,
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    })
    let said = ''
    child.stderr?.on('data', (piece: Buffer) => {
      said = (said + piece.toString()).slice(-4_000)
    })
    const timer = setTimeout(() => child.kill('SIGKILL'), startMs)
    try {
      const [code] = (await once(child, 'close')) as [number | null]
      return code === 0 ? undefined : said.trim() || `nginx -t ended with ${code ?? 'a signal'}`
    } catch (error) {
      throw missing(program, error)
    } finally {
      clearTimeout(timer)
    }
  }

  /** Ends what an earlier process of ours left behind, starts NGINX and waits for its workers. @throws HostlerError LAUNCH_FAILED, COMMAND_MISSING */
  async start(): Promise<void> {
    await this.#endLeftovers()
    await this.#launch()
    this.#running = this.#watch()
  }

  /**
   * Makes NGINX read its file again. When this resolves to undefined, new workers serve what the file says, and those of before have begun to
   * leave: they take nothing new. Else it resolves to why NGINX goes on with what it had.
   */
  async reload(): Promise<string | undefined> {
    const pid = this.#child?.pid
    if (pid === undefined || !this.alive) return 'NGINX does not run; it is being started again'
    const before = (await workersOf(pid)).serving
    this.#lastWords = []
    signalled(pid, 'SIGHUP')
    const done = ({ serving }: Workers) => serving.length > 0 && !serving.some((worker) => before.includes(worker))
    if (!(await this.#until(pid, done, reloadMs))) return this.#lastWords.join(' ') || `no new worker within ${reloadMs / 1_000} s`
    // A worker says that it leaves a moment before it closes its sockets.
    await pause(lookMs, this.#stop.signal)
    return undefined
  }

  /** Listens no longer; answers under way may end by themselves for so long, then they are broken off. */
  async stop(deadlineMs: number): Promise<void> {
    this.#stop.abort()
    const child = this.#child
    if (child?.pid !== undefined && this.alive) {
      const ended = once(child, 'exit')
      child.kill('SIGQUIT')
      const terminate = setTimeout(() => child.kill('SIGTERM'), deadlineMs)
      const kill = setTimeout(() => signalled(-(child.pid as number), 'SIGKILL'), deadlineMs + 5_000)
      await ended
      clearTimeout(terminate)
      clearTimeout(kill)
    }
    await this.#running
    for (const { pid } of await processesIn(this.#options.directory)) signalled(pid, 'SIGKILL')
  }

  #arguments(file: string): readonly string[] {
    return ['-e', 'stderr', '-p', `${this.#options.directory}/`, '-c', file]
  }

  async #launch(): Promise<void> {
    const { program, directory, configFile, socketDirectory, log } = this.#options
    this.#lastWords = []
    await rm(socketDirectory, { recursive: true, force: true })
    await mkdir(socketDirectory, { recursive: true, mode: 0o700 })
    const words = ['--pdeathsig', 'QUIT', program, '-g', 'daemon off;', ...this.#arguments(configFile)]
    const child = spawn('setpriv', words, { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'], detached: true })
    this.#child = child
    const launched = Promise.withResolvers<void>()
    child.once('spawn', launched.resolve).once('error', launched.reject)
    if (child.stderr) createInterface(child.stderr).on('line', (line) => this.#heard(line))
    try {
      await launched.promise
    } catch (error) {
      throw missing('setpriv', error)
    }
    const pid = child.pid as number
    if (await this.#until(pid, ({ serving }) => serving.length > 0, startMs)) {
      log.info('nginx serves', { pid })
      return
    }
    signalled(-pid, 'SIGKILL')
    throw new HostlerError('LAUNCH_FAILED', `NGINX did not start: ${this.#lastWords.join(' ') || `no worker within ${startMs / 1_000} s`}`)
  }

  #heard(line: string): void {
    const level = /\[(warn|error|crit|alert|emerg)\]/.exec(line)?.[1]
    if (level !== undefined && /crit|alert|emerg/.test(level)) this.#lastWords = [...this.#lastWords.slice(-4), line]
    if (level === undefined || level === 'warn') this.#options.log.info('nginx says', { line })
    else this.#options.log.warn('nginx says', { line })
  }

  async #until(pid: number, done: (workers: Workers) => boolean, deadlineMs: number): Promise<boolean> {
    const endMs = this.#options.clock.monotonicMs() + deadlineMs
    const never = new AbortController().signal
    while (this.alive && this.#options.clock.monotonicMs() < endMs) {
      if (done(await workersOf(pid))) return true
      await pause(lookMs, never)
    }
    return false
  }

  async #watch(): Promise<void> {
    const { clock, log } = this.#options
    let failures = 0
    for (;;) {
      const startedMs = clock.monotonicMs()
      const child = this.#child as ChildProcess
      if (this.alive) await once(child, 'exit')
      if (this.#stop.signal.aborted) return
      // Workers outlive a master that is killed. They finish what they have; they would keep the port and the old membership.
      signalled(-(child.pid as number), 'SIGQUIT')
      failures = clock.monotonicMs() - startedMs > goodRunMs ? 0 : failures + 1
      const retryMs = backoffMs(Math.max(0, failures - 1), backoff)
      log.error('nginx ended, starting it again', { exitCode: child.exitCode, signal: child.signalCode, retryMs })
      await pause(retryMs, this.#stop.signal)
      if (this.#stop.signal.aborted) return
      await this.#endLeftovers()
      await this.#launch().catch((error: unknown) => log.error('nginx cannot be started', { reason: String(error) }))
    }
  }

  /** Of a process of ours that was killed together with its master: workers without anybody who could tell them to end. */
  async #endLeftovers(): Promise<void> {
    const { directory, log } = this.#options
    const endMs = this.#options.clock.monotonicMs() + startMs
    const listening = async () => (await processesIn(directory)).filter(({ title }) => !title.includes('shutting down'))
    for (const { pid, title } of await listening()) {
      log.warn('ending a process of an earlier nginx', { pid, title })
      signalled(pid, 'SIGQUIT')
    }
    while (this.#options.clock.monotonicMs() < endMs && (await listening()).some(({ title }) => title.includes('worker')))
      await pause(lookMs, new AbortController().signal)
  }
}
