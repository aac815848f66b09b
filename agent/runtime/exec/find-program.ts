import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'

const executable = async (file: string): Promise<boolean> => {
  try {
    await access(file, constants.X_OK)
    return (await stat(file)).isFile()
  } catch {
    return false
  }
}

/** The file that a command names: an absolute path, or the first match on the search path. */
export const findProgram = async (command: string, searchPath: string): Promise<string | undefined> => {
  if (isAbsolute(command)) return (await executable(command)) ? command : undefined
  if (command.includes('/')) return undefined
  for (const directory of searchPath.split(delimiter).filter(isAbsolute))
    if (await executable(join(directory, command))) return join(directory, command)
  return undefined
}
