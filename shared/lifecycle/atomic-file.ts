import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

export interface AtomicWriteOptions {
  /** Permission bits of the new file. */
  readonly mode?: number
}

/** Syncs a directory entry to disk, so that a rename survives a power cut. */
const syncDirectory = async (directory: string): Promise<void> => {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Replaces a file whole or not at all, durably: temporary file, fsync, rename, fsync of the directory. Makes missing directories (0700). */
export const writeFileAtomic = async (file: string, data: string | Uint8Array, options: AtomicWriteOptions = {}): Promise<void> => {
  const directory = dirname(file)
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const temporary = join(directory, `.${process.pid}.${Math.random().toString(36).slice(2)}.tmp`)
  try {
    const handle = await open(temporary, 'wx', options.mode ?? 0o644)
    try {
      await handle.writeFile(data)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncDirectory(directory)
}
