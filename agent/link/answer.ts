import type { AgentLinkClient } from '../../proto/generated/hostler/v1/AgentLink.ts'
import { messageOf } from '../../shared/errors/hostler-error.ts'

const mostChunkBytes = 256 * 1024

/** Sends the answer to a request on a stream of its own, no faster than the controller takes it. Never rejects. */
export const sendAnswer = async (
  client: AgentLinkClient,
  requestId: string,
  answer: (signal: AbortSignal) => AsyncIterable<Buffer> | Iterable<Buffer>,
  signal: AbortSignal,
): Promise<void> => {
  const left = new AbortController()
  const ended = AbortSignal.any([signal, left.signal])
  const stream = client.Answer(() => left.abort())
  stream.on('error', () => left.abort())
  const write = async (data: Buffer) => {
    if (stream.write({ requestId, data })) return
    const { promise, resolve } = Promise.withResolvers<void>()
    stream.once('drain', resolve)
    ended.addEventListener('abort', () => resolve(), { once: true })
    await promise
  }
  try {
    for await (const data of answer(ended)) {
      if (ended.aborted) break
      for (let at = 0; at < data.length; at += mostChunkBytes) await write(data.subarray(at, at + mostChunkBytes))
    }
    stream.write({ requestId, end: true })
  } catch (error) {
    stream.write({ requestId, error: messageOf(error) })
  }
  stream.end()
}
