import { chmod, copyFile, cp, mkdir, readdir, readFile, realpath, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bundle } from './bundle.ts'

const root = join(import.meta.dirname, '../..')

/**
 * Makes a folder that runs on a machine with nothing installed, when copied there: programs, their Node, wire contract and units.
 * The folder must be empty or absent.
 */
export const makePackage = async (directory: string): Promise<void> => {
  await mkdir(directory, { recursive: true })
  if ((await readdir(directory)).length > 0) throw new Error(`${directory} is not empty; name a folder that is empty or absent`)
  const { packages } = await bundle(join(directory, 'dist'))
  await mkdir(join(directory, 'bin'))
  await copyFile(join(root, 'bin/hostler'), join(directory, 'bin/hostler'))
  await mkdir(join(directory, 'lib/hostler'), { recursive: true })
  await copyFile(await realpath(join(root, 'node_modules/.bin/node')), join(directory, 'lib/hostler/node'))
  for (const program of ['bin/hostler', 'lib/hostler/node']) await chmod(join(directory, program), 0o755)
  await cp(join(root, 'proto/hostler'), join(directory, 'proto/hostler'), { recursive: true })
  for (const folder of ['systemd', 'docs']) await cp(join(root, folder), join(directory, folder), { recursive: true })
  const { name, version, description, license } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Record<string, string>
  await writeFile(
    join(directory, 'package.json'),
    `${JSON.stringify({ name, version, description, license, type: 'module', private: true }, null, 2)}\n`,
  )
  await writeFile(join(directory, 'THIRD-PARTY.txt'), await licencesOf(packages))
}

/** The licence of every package that the bundles contain. */
const licencesOf = async (packages: readonly string[]): Promise<string> => {
  const sections = packages.map(async (folder) => {
    const path = join(root, folder)
    const { name, version, license } = JSON.parse(await readFile(join(path, 'package.json'), 'utf8')) as Record<string, string>
    const file = (await readdir(path)).find((entry) => /^licen[cs]e/i.test(entry))
    const text = file === undefined ? '' : `\n${(await readFile(join(path, file), 'utf8')).trim()}\n`
    return `${name} ${version} (${license})\n${text}`
  })
  return (await Promise.all(sections)).join(`\n${'-'.repeat(80)}\n\n`)
}
