/** `npm run bench -- NAME [--json]`: with --json the last line is one JSON object of figures, units in the keys, peers beside ours. */
import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Bench } from './bench.ts'

const { argv, stdout, stderr } = process
const names = (await readdir(import.meta.dirname))
  .filter((file) => file.endsWith('.ts') && file !== 'main.ts' && file !== 'bench.ts')
  .map((file) => file.slice(0, -'.ts'.length))
const args = argv.slice(2)
const json = args.includes('--json')
const name = args.find((arg) => !arg.startsWith('-'))

if (name === undefined || !names.includes(name)) {
  stderr.write(`usage: npm run bench -- NAME [--json], where NAME is one of: ${names.join(', ')}\n`)
  process.exitCode = 2
} else {
  const { bench } = (await import(join(dirname(import.meta.filename), `${name}.ts`))) as { bench: Bench }
  const figures = await bench({ say: (line) => stdout.write(`${line}\n`) })
  if (json) stdout.write(`${JSON.stringify(figures)}\n`)
  else for (const [key, value] of Object.entries(figures)) stdout.write(`${key.padEnd(36)} ${value}\n`)
}
