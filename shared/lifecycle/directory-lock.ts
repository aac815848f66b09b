import { createHash } from 'node:crypto'
import { mkdir, stat } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { errnoOf, HostlerError } from '../errors/hostler-error.ts'

const askHolder = (name: string): Promise<string> => {
  const { promise, resolve } = Promise.withResolvers<string>()
  const socket = connect(name)
  let text = ''
  socket.setEncoding('utf8').setTimeout(1_000, () => socket.destroy())
  socket.on('data', (chunk: string) => {
    text += chunk
  })
  socket.on('error', () => {})
  socket.on('close', () => resolve(text.trim() || 'unknown'))
  return promise
}

/**
 * Takes a data directory for this process, making it if need be. The lock is a socket in the kernel's abstract namespace, named for the directory's
 * inode: it ends with the process, however that ends, and leaves no file behind. Throws DATA_DIR_LOCKED naming the holder's pid.
 */
export const lockDirectory = async (directory: string): Promise<AsyncDisposable> => {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const { dev, ino } = await stat(directory)
  const name = `\0hostler-${createHash('sha256').update(`${dev}:${ino}`).digest('hex').slice(0, 32)}`
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.end(String(process.pid))
  })
  const { promise: bound, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(name, resolve)
  try {
    await bound
  } catch (error) {
    if (errnoOf(error) !== 'EADDRINUSE') throw error
    throw new HostlerError(
      'DATA_DIR_LOCKED',
      `process ${await askHolder(name)} already uses ${directory}; stop it first, or choose another data directory`,
    )
  }
  server.unref()
  return {
    [Symbol.asyncDispose]: async () => {
      const closed = Promise.withResolvers<void>()
      server.close(() => closed.resolve())
      await closed.promise
    },
  }
}
