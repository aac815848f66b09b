import { type ChildProcess, spawn } from 'node:child_process'
import { formatOwner, ownerVariable, thisProcess } from './owner.ts'
import { eventually } from './wait.ts'

export interface ProcessOptions {
  /** Added to this process' environment; undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly cwd?: string
  readonly input?: string | Buffer
  /** Called with each piece of output as it comes. */
  readonly onOutput?: (text: string) => void
}

export interface Exit {
  /** The exit status, or null when a signal ended the process. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

const stopGraceMs = 5_000

/** A real child process in a process group of its own, with its output kept. Disposal ends the whole group. */
export class LabProcess implements AsyncDisposable {
  readonly pid: number
  readonly exited: Promise<Exit>
  /** Resolves when the process has ended and all its output has been read. */
  readonly closed: Promise<Exit>
  readonly #child: ChildProcess
  readonly #what: string
  #stdout = ''
  #stderr = ''
  #exit: Exit | undefined

  constructor(child: ChildProcess, what: string, pid: number, onOutput?: (text: string) => void) {
    this.pid = pid
    this.#child = child
    this.#what = what
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text
      onOutput?.(text)
    })
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text
      onOutput?.(text)
    })
    this.exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        this.#exit = { code, signal }
        resolve(this.#exit)
      })
    })
    this.closed = new Promise((resolve) => {
      child.once('close', (code, signal) => resolve({ code, signal }))
    })
  }

  get stdout(): string {
    return this.#stdout
  }

  get stderr(): string {
    return this.#stderr
  }

  /** How the process ended; undefined while it runs. */
  get exit(): Exit | undefined {
    return this.#exit
  }

  /** Sends a signal to the process alone. */
  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Sends a signal to the process and all its children that stayed in its group. */
  killGroup(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }

  /** Waits until standard output matches, and returns the match; fails at once when the process ends before. */
  async outputs(pattern: RegExp, deadlineMs: number): Promise<RegExpExecArray> {
    const outcome = await eventually(() => pattern.exec(this.#stdout) ?? (this.#exit && 'ended'), {
      deadlineMs,
      what: `${this.#what} to print ${pattern}\n${this.#stdout}${this.#stderr}`,
      everyMs: 20,
    })
    if (outcome === 'ended') {
      throw new Error(`${this.#what} ended with ${describe(this.#exit)} before it printed ${pattern}\n${this.#stdout}${this.#stderr}`)
    }
    return outcome as RegExpExecArray
  }

  /** Asks with SIGTERM, waits, then forces with SIGKILL. */
  async stop(graceMs = stopGraceMs): Promise<Exit> {
    if (this.#exit === undefined) {
      this.kill('SIGTERM')
      const force = setTimeout(() => this.killGroup('SIGKILL'), graceMs)
      await this.exited
      clearTimeout(force)
    }
    this.killGroup('SIGKILL')
    return this.exited
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }
}

/** Starts a program. Rejects when it cannot be started at all. */
export const startProcess = async (
  command: string,
  args: readonly string[],
  { env = {}, cwd, input, onOutput }: ProcessOptions = {},
): Promise<LabProcess> => {
  const child = spawn(command, args, {
    detached: true,
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin`, [ownerVariable]: formatOwner(thisProcess()), ...env },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  })
  await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject))
  child.stdin?.on('error', () => {}).end(input)
  return new LabProcess(child, [command, ...args].join(' '), child.pid as number, onOutput)
}

export interface RunOptions extends ProcessOptions {
  /** Default 30 seconds. */
  readonly deadlineMs?: number
  /** Exit statuses that are no error; default only 0. */
  readonly accept?: readonly number[]
  /** Kills the program when it aborts; the reason is what `run` rejects with. */
  readonly signal?: AbortSignal
}

export interface RunResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end. Fails on another exit status than accepted, with its output, and past the deadline. */
export const run = async (command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> => {
  const { deadlineMs = 30_000, accept = [0], signal, ...processOptions } = options
  signal?.throwIfAborted()
  const what = [command, ...args].join(' ')
  const started = await startProcess(command, args, processOptions)
  let late = false
  const kill = () => started.killGroup('SIGKILL')
  signal?.addEventListener('abort', kill, { once: true })
  if (signal?.aborted) kill()
  const timer = setTimeout(() => {
    late = true
    started.killGroup('SIGKILL')
  }, deadlineMs)
  const exit = await started.closed
  signal?.removeEventListener('abort', kill)
  signal?.throwIfAborted()
  clearTimeout(timer)
  const { stdout, stderr } = started
  if (late) throw new Error(`${what} took longer than ${deadlineMs} ms\n${stdout}${stderr}`)
  if (exit.code === null || !accept.includes(exit.code)) {
    throw new Error(`${what} ended with ${describe(exit)}\n${stdout}${stderr}`)
  }
  return { code: exit.code, stdout, stderr }
}

const describe = (exit: Exit | undefined): string => (exit?.signal ? `signal ${exit.signal}` : `exit status ${exit?.code ?? 'unknown'}`)
