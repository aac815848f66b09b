import { readdir, readFile } from 'node:fs/promises'
import test from 'ava'
import { documentProblems } from '../../../../controller/domain/hosts/check.ts'
import { fleetJsonSchema } from '../../../../controller/domain/hosts/json-schema.ts'
import { parseFleetDocuments } from '../../../../controller/domain/hosts/parse.ts'
import { deploymentJsonSchema } from '../../../../controller/domain/spec/json-schema.ts'
import { formatProblems } from '../../../../shared/config/problem.ts'
import { builtInProfiles } from '../../../../shared/tuning/built-in.ts'

const examples = new URL('../../../../docs/examples/', import.meta.url)
const published = new URL('../../../../docs/schema/deployment.v1.json', import.meta.url)

for (const name of (await readdir(examples)).filter((file) => file.endsWith('.yaml'))) {
  test(`the example ${name} is valid`, async (t) => {
    const parsed = parseFleetDocuments(await readFile(new URL(name, examples), 'utf8'), name)
    t.true(parsed.ok, parsed.ok ? '' : formatProblems(parsed.problems))
    const documents = parsed.ok ? parsed.value.flatMap(({ value }) => (value.kind === 'resource' ? [value.document] : [])) : []
    t.deepEqual(documentProblems(documents, { profiles: builtInProfiles, rules: new Map() }), [])
  })
}

test('the published JSON Schema of all documents is what the schemas make', async (t) => {
  const file = new URL('../../../../docs/schema/fleet.v1.json', import.meta.url)
  t.deepEqual(JSON.parse(await readFile(file, 'utf8')), JSON.parse(JSON.stringify(fleetJsonSchema())))
})

test('the published JSON Schema is what the schema makes', async (t) => {
  t.deepEqual(JSON.parse(await readFile(published, 'utf8')), JSON.parse(JSON.stringify(deploymentJsonSchema())))
})

test('the published JSON Schema refuses unknown fields and asks for no field that has a default', async (t) => {
  const schema = JSON.parse(await readFile(published, 'utf8'))
  t.false(schema.additionalProperties)
  t.deepEqual(schema.required, ['name', 'model', 'engine'])
  t.is(schema.properties.update.properties.drainTimeout.default, '5m')
})
