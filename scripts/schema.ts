/** Writes the JSON Schemas of what people write, for editors, and of reports; with --check only says whether they are up to date. */
import { readFile, writeFile } from 'node:fs/promises'
import { fleetJsonSchema } from '../controller/domain/hosts/json-schema.ts'
import { reportJsonSchema } from '../controller/domain/report/json-schema.ts'
import { deploymentJsonSchema } from '../controller/domain/spec/json-schema.ts'

const schemas = { 'deployment.v1.json': deploymentJsonSchema, 'fleet.v1.json': fleetJsonSchema, 'report.v1.json': reportJsonSchema }

for (const [name, schema] of Object.entries(schemas)) {
  const file = new URL(`../docs/schema/${name}`, import.meta.url)
  const wanted = `${JSON.stringify(schema(), null, 2)}\n`
  if (!process.argv.includes('--check')) {
    await writeFile(file, wanted)
    console.log(`wrote docs/schema/${name}`)
  } else if ((await readFile(file, 'utf8').catch(() => '')) !== wanted) {
    console.error(`docs/schema/${name} is not what controller/domain makes; run: node scripts/schema.ts`)
    process.exitCode = 1
  }
}
