/** Writes docs/configuration.md from the settings' schemas; with --check only says whether it is up to date. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { configurationPage } from './lib/configuration-page.ts'

const file = join(import.meta.dirname, '../docs/configuration.md')
const page = configurationPage()
if (!process.argv.includes('--check')) await writeFile(file, page)
else if ((await readFile(file, 'utf8')) !== page) {
  process.stderr.write('docs/configuration.md is out of date: npm run generate\n')
  process.exitCode = 1
}
