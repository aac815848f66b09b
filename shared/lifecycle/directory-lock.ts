import { createHash } from 'node:crypto'
import { access, constants, mkdir, stat } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { errnoOf, HostlerError, messageOf } from '../errors/hostler-error.ts'

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

/** Takes a data directory for this process, making it if need be. Throws DATA_DIR_LOCKED naming the holder's pid, DATA_DIR_UNWRITABLE. */
export const lockDirectory = async (directory: string): Promise<AsyncDisposable> => {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    await access(directory, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new HostlerError(
      'DATA_DIR_UNWRITABLE',
      `the data directory ${directory} cannot be written (${messageOf(error)}); make it writable for this user, mount its disk read-write, or choose another`,
      { cause: error },
    )
  }
  return lockThere(directory)
}

/**
 * Takes a directory that is there for this process, whether it may be written or not. The lock is a socket in the kernel's abstract namespace, named
 * for the directory's inode: it ends with the process, however that ends, and leaves no file behind. Throws DATA_DIR_LOCKED naming the holder's pid.
 */
export const lockThere = async (directory: string): Promise<AsyncDisposable> => {
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
