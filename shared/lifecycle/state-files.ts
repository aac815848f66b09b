import { readFile, rename } from 'node:fs/promises'
import { writeFileAtomic } from './atomic-file.ts'

/** What small state on disk needs of a filesystem. All of it throws what the filesystem says. */
export interface StateFiles {
  read(file: string): Promise<string>
  /** Whole or not at all, and durable when it resolves. Mode 0600: state may hold secrets. */
  replace(file: string, text: string): Promise<void>
  rename(from: string, to: string): Promise<void>
}

export const diskFiles: StateFiles = {
  read: (file) => readFile(file, 'utf8'),
  replace: (file, text) => writeFileAtomic(file, text, { mode: 0o600 }),
  rename,
}
