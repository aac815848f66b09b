import { backoffMs } from '../../../shared/lifecycle/backoff.ts'
import { pause } from '../../../shared/lifecycle/deadline.ts'
import type { Log } from '../../../shared/log/log.ts'
import { label } from '../labels.ts'
import type { RuntimeEvent } from '../runtime.ts'
import type { DockerClient } from './client.ts'

const answerPatienceMs = 1_000
const reconnect = { firstMs: 200, factor: 2, capMs: 10_000 } as const

/** Podman names them as it likes, also in filters, so they are sorted out here. */
const ends: ReadonlySet<string> = new Set(['die', 'died', 'destroy', 'remove'])

interface EngineEvent {
  readonly id?: string
  readonly status?: string
  readonly Action?: string
  readonly Actor?: { readonly ID?: string }
}

const parsed = (line: string): RuntimeEvent[] => {
  try {
    const event = JSON.parse(line) as EngineEvent
    const instanceId = event.Actor?.ID ?? event.id
    return instanceId && ends.has(event.Action ?? event.status ?? '') ? [{ kind: 'exited', instanceId }] : []
  } catch {
    return []
  }
}

const connection = async function* (client: DockerClient, hostId: string, signal: AbortSignal): AsyncGenerator<RuntimeEvent> {
  const docker = await client.connect()
  const filters = JSON.stringify({ type: ['container'], label: [`${label.host}=${hostId}`] })
  const opening = docker.getEvents({ filters, abortSignal: signal })
  // Podman begins its answer with the first event, however late that is.
  await Promise.race([opening, pause(answerPatienceMs, signal)])
  yield { kind: 'resync', instanceId: '' }
  const stream = (await opening) as NodeJS.ReadableStream & { destroy(): void }
  const cut = () => stream.destroy()
  signal.addEventListener('abort', cut, { once: true })
  try {
    let rest = ''
    for await (const chunk of stream) {
      const parts = (rest + String(chunk)).split('\n')
      rest = parts.pop() ?? ''
      for (const part of parts) if (part.trim() !== '') yield* parsed(part)
    }
  } finally {
    signal.removeEventListener('abort', cut)
    stream.destroy()
  }
}

/**
 * Exits and removals of this host's containers as they happen, until the signal aborts. Each time the engine is (re)connected a
 * resync comes first, since what happened meanwhile was not told.
 */
export const containerEvents = async function* (
  client: DockerClient,
  hostId: string,
  log: Log,
  signal: AbortSignal,
): AsyncGenerator<RuntimeEvent> {
  let failures = 0
  while (!signal.aborted) {
    try {
      for await (const event of connection(client, hostId, signal)) {
        failures = 0
        yield event
      }
    } catch (error) {
      if (!signal.aborted && failures === 0) log.warn('the events of the container engine are cut off', { error })
    }
    if (signal.aborted) return
    client.forget()
    // What runs may have changed together with the engine.
    yield { kind: 'resync', instanceId: '' }
    await pause(backoffMs(failures++, reconnect), signal)
  }
}
