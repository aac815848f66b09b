import { existsSync } from 'node:fs'
import { cp, mkdir, realpath, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { HostlerError } from '../../shared/errors/hostler-error.ts'

const sameDirectory = async (a: string, b: string): Promise<boolean> => existsSync(b) && (await realpath(a)) === (await realpath(b))

/**
 * Brings the program to its prefix, replacing an older one in one step; false when it runs from there already.
 * Throws ARGUMENT_INVALID for a checkout, which cannot be copied, and for a prefix that holds something else.
 */
export const placeProgram = async (source: string, prefix: string): Promise<boolean> => {
  if (await sameDirectory(source, prefix)) return false
  if (!existsSync(join(source, 'lib/hostler/node'))) {
    throw new HostlerError(
      'ARGUMENT_INVALID',
      `${source} is a checkout, which does not work when copied to ${prefix}; make a package with "npm run build -- --package DIR" and run DIR/bin/hostler agent install`,
    )
  }
  if (existsSync(prefix) && !existsSync(join(prefix, 'bin/hostler'))) {
    throw new HostlerError('ARGUMENT_INVALID', `${prefix} holds something else than Hostler; choose another --prefix`)
  }
  await mkdir(dirname(prefix), { recursive: true })
  const [fresh, old] = [`${prefix}.new`, `${prefix}.old`]
  await Promise.all([fresh, old].map((path) => rm(path, { recursive: true, force: true })))
  await cp(source, fresh, { recursive: true, preserveTimestamps: true })
  if (existsSync(prefix)) await rename(prefix, old)
  await rename(fresh, prefix)
  await rm(old, { recursive: true, force: true })
  return true
}
