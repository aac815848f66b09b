import type Docker from 'dockerode'
import { within } from '../../../shared/lifecycle/deadline.ts'
import type { LogOptions } from '../runtime.ts'
import type { DockerClient } from './client.ts'
import { unframe } from './frames.ts'

const answerTimeoutMs = 10_000

type LogStream = AsyncIterable<Buffer> & { destroy(): void }

const open = async (container: Docker.Container, options: LogOptions, signal: AbortSignal): Promise<LogStream> => {
  const query = { stdout: true, stderr: true, timestamps: options.timestamps, tail: options.tailLines }
  // Asked for as a stream in both cases: a whole log in one piece may be larger than the agent.
  return (await container.logs({ ...query, follow: true, abortSignal: signal })) as unknown as LogStream
}

/** Bytes of one container's log; ends with the container, when cut by the signal, or after the tail when not following. */
export const containerLogs = async function* (
  client: DockerClient,
  id: string,
  options: LogOptions,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  if (signal.aborted) return
  const docker = await client.connect()
  const container = docker.getContainer(id)
  if (!options.follow) {
    const query = { stdout: true, stderr: true, timestamps: options.timestamps, tail: options.tailLines, follow: false as const }
    const whole = await container.logs({ ...query, abortSignal: within(answerTimeoutMs, signal) })
    yield* unframe([Buffer.from(whole)])
    return
  }
  const stream = await open(container, options, signal)
  const cut = () => stream.destroy()
  signal.addEventListener('abort', cut, { once: true })
  try {
    yield* unframe(stream)
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    signal.removeEventListener('abort', cut)
    stream.destroy()
  }
}
