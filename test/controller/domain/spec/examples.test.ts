import { readdir, readFile } from 'node:fs/promises'
import test from 'ava'
import { deploymentJsonSchema } from '../../../../controller/domain/spec/json-schema.ts'
import { parseSpecs } from '../../../../controller/domain/spec/parse.ts'
import { formatProblems } from '../../../../shared/config/problem.ts'

const examples = new URL('../../../../docs/examples/', import.meta.url)
const published = new URL('../../../../docs/schema/deployment.v1.json', import.meta.url)

for (const name of (await readdir(examples)).filter((file) => file.endsWith('.yaml'))) {
  test(`the example ${name} is a valid spec`, async (t) => {
    const parsed = parseSpecs(await readFile(new URL(name, examples), 'utf8'), name)
    t.true(parsed.ok, parsed.ok ? '' : formatProblems(parsed.problems))
  })
}

test('the published JSON Schema is what the schema makes', async (t) => {
  t.deepEqual(JSON.parse(await readFile(published, 'utf8')), JSON.parse(JSON.stringify(deploymentJsonSchema())))
})

test('the published JSON Schema refuses unknown fields and asks for no field that has a default', async (t) => {
  const schema = JSON.parse(await readFile(published, 'utf8'))
  t.false(schema.additionalProperties)
  t.deepEqual(schema.required, ['name', 'model', 'engine'])
  t.is(schema.properties.update.properties.drainTimeout.default, '5m')
})
