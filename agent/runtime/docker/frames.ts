const headerBytes = 8

/**
 * Takes the engine's framing off a log: each frame is a stream number (0-2), three zero bytes, a length, and that many bytes.
 * Standard output and error come out together, in order. A log without framing (a container with a terminal) passes through.
 */
export const unframe = async function* (chunks: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<Buffer> {
  let pending: Buffer<ArrayBufferLike> = Buffer.alloc(0)
  let raw = false
  for await (const chunk of chunks) {
    if (raw) {
      yield chunk
      continue
    }
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
    while (pending.length >= headerBytes) {
      if (pending.readUInt32BE(0) & 0xfcffffff) {
        raw = true
        break
      }
      const end = headerBytes + pending.readUInt32BE(4)
      if (pending.length < end) break
      if (end > headerBytes) yield pending.subarray(headerBytes, end)
      pending = pending.subarray(end)
    }
    if (raw) yield pending
  }
}
