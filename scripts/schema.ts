/** Writes the JSON Schema of deployment specs for editors; with --check only says whether it is up to date. */
import { readFile, writeFile } from 'node:fs/promises'
import { deploymentJsonSchema } from '../controller/domain/spec/json-schema.ts'

const file = new URL('../docs/schema/deployment.v1.json', import.meta.url)
const wanted = `${JSON.stringify(deploymentJsonSchema(), null, 2)}\n`
if (process.argv.includes('--check')) {
  const found = await readFile(file, 'utf8').catch(() => '')
  if (found !== wanted) {
    console.error('docs/schema/deployment.v1.json is not what controller/domain/spec makes; run: node scripts/schema.ts')
    process.exitCode = 1
  }
} else {
  await writeFile(file, wanted)
  console.log('wrote docs/schema/deployment.v1.json')
}
