import type { Exec } from 'dockerode'
import { pause, within } from '../../../shared/lifecycle/deadline.ts'
import type { InsideRun } from '../runtime.ts'
import { type DockerClient, engineMessage, statusOf } from './client.ts'
import { unframe } from './frames.ts'

const callTimeoutMs = 5_000
const againMs = 100
const mostOutputBytes = 64 * 1024
/** As engines and shells say it, on the answer or in the output. */
const noProgram = /executable file not found|no such file or directory|command not found/i
const notFoundCodes: ReadonlySet<number> = new Set([126, 127])

/** Runs programs in containers, one in each at a time; one that does not end is killed, and no second is started beside it. */
export class InsideRuns {
  readonly #client: DockerClient
  /** By container: what did not end in its time. */
  readonly #unended = new Map<string, Exec>()

  constructor(client: DockerClient) {
    this.#client = client
  }

  /** Never rejects. */
  async run(containerId: string, command: readonly string[], deadlineMs: number, signal: AbortSignal): Promise<InsideRun> {
    try {
      const before = this.#unended.get(containerId)
      if (before && (await this.#look(before)).Running) return { kind: 'late' }
      this.#unended.delete(containerId)
      const exec = await this.#client.call('Preparing a program in a container', callTimeoutMs, (docker, abortSignal) =>
        docker.getContainer(containerId).exec({ Cmd: [...command], AttachStdout: true, AttachStderr: true, abortSignal }),
      )
      const bounded = within(deadlineMs, signal)
      const output = await this.#output(exec, bounded)
      const state = await this.#ended(exec, bounded)
      if (state.Running) {
        this.#unended.set(containerId, exec)
        kill(state.Pid)
        return { kind: 'late' }
      }
      const code = state.ExitCode ?? -1
      return notFoundCodes.has(code) && noProgram.test(output) ? { kind: 'absent' } : { kind: 'exited', code, output }
    } catch (error) {
      const message = engineMessage(error)
      return statusOf(error) !== 0 && noProgram.test(message) ? { kind: 'absent' } : { kind: 'refused', message }
    }
  }

  /** The engine may hear of the end of a program a moment after that of its output. */
  async #ended(exec: Exec, signal: AbortSignal) {
    for (;;) {
      const state = await this.#look(exec)
      if (!state.Running || (await pause(againMs, signal)) === 'aborted') return state
    }
  }

  #look(exec: Exec) {
    return this.#client.call('Looking at a program in a container', callTimeoutMs, (_, abortSignal) => exec.inspect({ abortSignal }))
  }

  /** What it printed until it ended or the signal aborted. */
  async #output(exec: Exec, signal: AbortSignal): Promise<string> {
    const stream = await exec.start({ Detach: false, Tty: false, abortSignal: signal })
    const cut = () => stream.destroy()
    signal.addEventListener('abort', cut, { once: true })
    const pieces: Buffer[] = []
    let bytes = 0
    try {
      for await (const piece of unframe(stream)) {
        bytes += piece.length
        if (bytes > mostOutputBytes) break
        pieces.push(piece)
      }
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      signal.removeEventListener('abort', cut)
      stream.destroy()
    }
    return Buffer.concat(pieces).toString()
  }
}

/** By its number on the host: engines have no call that ends a program in a container. */
const kill = (pid: number): void => {
  if (pid <= 0) return
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // Gone in this instant, or not ours to end: it is asked for again before anything else is run there.
  }
}
