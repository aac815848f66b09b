import Docker from 'dockerode'
import { errnoOf, HostlerError, messageOf } from '../../../shared/errors/hostler-error.ts'
import { withDeadline } from '../../../shared/lifecycle/deadline.ts'
import { findSocket } from './socket.ts'

const remedy =
  'Is the container engine running (systemctl status docker), and may this user open its socket (group docker)? ' +
  'Set engine.socket in agent.yaml or DOCKER_HOST=unix://PATH when it listens elsewhere'

const unavailable = (what: string, detail: string, cause?: unknown): HostlerError =>
  new HostlerError('RUNTIME_UNAVAILABLE', `${what}: ${detail}. ${remedy}`, cause === undefined ? {} : { cause })

const transportFailures = new Set(['ENOENT', 'ECONNREFUSED', 'EACCES', 'EPERM', 'ECONNRESET', 'EPIPE', 'ENOTSOCK', 'ABORT_ERR'])

/** The HTTP status of an engine's refusal; 0 when it never answered. */
export const statusOf = (thrown: unknown): number =>
  thrown instanceof Error && 'statusCode' in thrown && typeof thrown.statusCode === 'number' ? thrown.statusCode : 0

/** The engine's own words, without the client's framing. */
export const engineMessage = (thrown: unknown): string =>
  messageOf(thrown)
    .replace(/^\(HTTP code \d+\) .*? - /, '')
    .trim()

/** One container engine behind a unix socket. Calls have deadlines, and a silent or refusing engine is RUNTIME_UNAVAILABLE. */
export class DockerClient {
  readonly #candidates: readonly string[]
  #connected: { readonly path: string; readonly docker: Docker } | undefined
  #connections = 0

  constructor(candidates: readonly string[]) {
    this.#candidates = candidates
  }

  /** The socket in use; empty before the first call. */
  get socketPath(): string {
    return this.#connected?.path ?? ''
  }

  /** Grows with each new connection: what was learned of the engine before may no longer hold. */
  get connections(): number {
    return this.#connections
  }

  /** The engine went away; the next call looks for a socket again. */
  forget(): void {
    this.#connected = undefined
  }

  async connect(): Promise<Docker> {
    if (this.#connected) return this.#connected.docker
    const found = await findSocket(this.#candidates)
    if ('problem' in found) throw unavailable('No container engine', found.problem)
    // The client library reads DOCKER_HOST by itself; an explicit absence of a host keeps it to the socket.
    const docker = new Docker({ socketPath: found.path, host: undefined } as Docker.DockerOptions)
    this.#connected = { path: found.path, docker }
    this.#connections += 1
    return docker
  }

  /**
   * One call to the engine. Its own refusals (an HTTP status) pass through as thrown by the client library; whatever means
   * that the engine is not there becomes RUNTIME_UNAVAILABLE, and the next call looks for a socket again.
   */
  async call<T>(what: string, timeoutMs: number, work: (docker: Docker, signal: AbortSignal) => Promise<T>): Promise<T> {
    const docker = await this.connect()
    const deadline = AbortSignal.timeout(timeoutMs)
    try {
      // The signal ends the request itself; the deadline also holds when a library forgets the signal.
      return await withDeadline(work(docker, deadline), timeoutMs + 1_000, what)
    } catch (error) {
      if (statusOf(error) !== 0) throw error
      const path = this.socketPath
      this.forget()
      if (deadline.aborted) throw unavailable(what, `the engine at ${path} did not answer within ${timeoutMs} ms`, error)
      if (transportFailures.has(errnoOf(error))) throw unavailable(what, `${messageOf(error)} (${path})`, error)
      throw error
    }
  }
}
