import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { parseAllDocuments } from 'yaml'
import { scratchDirectory } from '../../support/scratch.ts'
import { run } from './support/run.ts'

const spec = (name: string) => JSON.stringify({ name, model: { name, path: `/models/${name}` }, engine: { preset: 'vllm' } })

test('export kubernetes prints manifests without a controller, and says beside them what they need and leave out', async (t) => {
  const { exitCode, stdout, stderr } = await run(['export', 'kubernetes', '-f', '-', '--namespace', 'ai'], { stdin: spec('chat') })
  t.is(exitCode, 0)
  const documents = parseAllDocuments(stdout).map((document) => document.toJS() as { kind: string; metadata: { namespace: string } })
  t.deepEqual(
    documents.map(({ kind, metadata }) => [kind, metadata.namespace]),
    ['Deployment', 'Service', 'PodDisruptionBudget', 'PodMonitor'].map((kind) => [kind, 'ai']),
  )
  t.regex(stderr, /^chat needs, before it is applied: kubectl --namespace ai create secret generic chat-api-key/m)
  t.regex(stderr, /^chat: not carried over: warmProbe/m)
})

test('export kubernetes -o DIR writes a file for each deployment, again and again, and never over the file of somebody else', async (t) => {
  await using directory = await scratchDirectory()
  const target = join(directory.path, 'manifests')
  const file = join(directory.path, 'specs.yaml')
  await writeFile(file, `${spec('chat')}\n---\n${spec('embed')}\n`)
  const attempt = () => run(['export', 'kubernetes', '-f', file, '-o', target])
  t.is((await attempt()).exitCode, 0)
  const first = await readFile(join(target, 'chat.yaml'), 'utf8')
  t.is((await attempt()).exitCode, 0)
  t.is(await readFile(join(target, 'chat.yaml'), 'utf8'), first, 'the same spec gives the same manifests')
  t.deepEqual((await readdir(target)).toSorted(), ['chat.yaml', 'embed.yaml'])

  await writeFile(join(target, 'embed.yaml'), 'kind: Mine\n')
  await writeFile(join(target, 'chat.yaml'), first.replace('replicas: 1', 'replicas: 9'))
  const refused = await attempt()
  t.is(refused.exitCode, 1)
  t.regex(refused.stderr, /embed\.yaml was not written by this command; nothing was written/)
  t.regex(await readFile(join(target, 'chat.yaml'), 'utf8'), /replicas: 9/)
})

test('export kubernetes refuses what it cannot express, with the field, and a place it cannot write to', async (t) => {
  const exec = JSON.stringify({ name: 'x', model: { name: 'x', path: '/x' }, engine: { preset: 'llamacpp' }, runtime: 'exec' })
  const refused = await run(['export', 'kubernetes', '-f', '-'], { stdin: exec })
  t.is(refused.exitCode, 2)
  t.is(refused.stdout, '')
  t.regex(refused.stderr, /cannot be exported; nothing was written\.\n {2}runtime: exec/)
  await using directory = await scratchDirectory()
  const file = join(directory.path, 'file')
  await writeFile(file, '')
  const nowhere = await run(['export', 'kubernetes', '-f', '-', '-o', file], { stdin: spec('chat') })
  t.is(nowhere.exitCode, 2)
  t.regex(nowhere.stderr, /cannot write to .*file: EEXIST/)
})
