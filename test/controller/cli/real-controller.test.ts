/** The command line against the controller itself, without agents. */
import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { startTestController } from '../../support/controller.ts'
import { scratchDirectory } from '../../support/scratch.ts'
import { run } from './support/run.ts'

const spec = 'name: ds7b\nmodel: { name: r1, path: /models/r1 }\nengine: { preset: vllm }\nimage: vllm/vllm-openai:v1\n'

test('an admin deploys, looks, and lets a colleague in, who may only look', async (t) => {
  await using fleet = await startTestController()
  await using scratch = await scratchDirectory()
  const file = join(scratch.path, 'ds7b.yaml')
  await writeFile(file, spec)
  const configDirectory = join(scratch.path, 'config')
  const hostler = (line: string, credentialsFile: string | undefined = fleet.controller.adminFile) =>
    run(line.split(' '), { credentialsFile, configDirectory })

  t.regex((await hostler('version')).stdout, /you are: +admin \(admin\)/)
  t.is((await hostler(`deploy -f ${file} --dry-run`)).stdout, 'deployment ds7b would be created (revision 1)\n')
  const planned = await hostler(`plan -f ${file}`)
  t.is(planned.exitCode, 13, planned.stderr)
  t.regex(planned.stdout, /deployment ds7b would be created \(revision 1\)\n[\s\S]*What would help: no host has joined/)
  t.is((await hostler('get deployments -o name')).stdout, '')
  t.is((await hostler(`deploy -f ${file} --no-wait`)).stdout, 'deployment ds7b created (revision 1)\n')
  t.is((await hostler(`deploy -f ${file} --no-wait`)).stdout, 'deployment ds7b unchanged (revision 1)\n')
  const waited = await hostler(`deploy -f ${file} --timeout 2s`)
  t.is(waited.exitCode, 5, 'there is no host to run it')
  t.regex(waited.stderr, /ds7b: pending; /)
  t.is((await hostler('scale ds7b=2')).stdout, 'deployment ds7b scaled to 2 (revision 1)\n')
  await writeFile(file, spec.replace('v1', 'v2'))
  t.regex(
    (await hostler(`plan -f ${file}`)).stdout,
    /would be changed \(revision 1 to 2\)\n {2}~ image: vllm\/vllm-openai:v1 -> vllm\/vllm-openai:v2\n {2}~ replicas: 2 -> 1\n/,
  )
  t.is((await hostler(`deploy -f ${file} --no-wait`)).stdout, 'deployment ds7b changed (revision 2)\n')
  t.regex((await hostler('rollout history ds7b')).stdout, /1 +superseded .*\n +2 +current/)
  t.like(JSON.parse((await hostler('rollout history ds7b -o json')).stdout).items[1], {
    revision: 2,
    author: 'admin',
    spec: { image: 'vllm/vllm-openai:v2' },
  })
  t.is((await hostler('rollout undo ds7b')).stdout, 'deployment ds7b goes back (revision 1)\n')
  t.regex((await hostler('get events ds7b')).stdout, /RolloutUndone/)
  t.regex((await hostler('describe ds7b')).stdout, /Image: +vllm\/vllm-openai:v1/)
  t.is((await hostler('key create search -o json')).exitCode, 0)
  t.regex((await hostler('key list')).stdout, /search/)

  const { stdout: join_ } = await hostler('token create --kind user --role viewer')
  const [, command, , token] = join_.trim().split(' ')
  t.is(command, 'login')
  const loggedIn = await hostler(`login --name ada --join ${token}`, '')
  t.is(loggedIn.exitCode, 0, loggedIn.stderr)
  t.is((await stat(join(configDirectory, 'hostler/credentials.json'))).mode & 0o777, 0o600)
  t.regex((await hostler('version', '')).stdout, /you are: +ada \(viewer\)/)
  t.is((await hostler('get deployments -o name', '')).stdout, 'ds7b\n')
  const refused = await hostler('delete ds7b', '')
  t.is(refused.exitCode, 6)
  t.regex(refused.stderr, /code: ROLE_FORBIDDEN\nhint: ask an admin/)
  t.is((await hostler(`login --join ${token}`, '')).exitCode, 6, 'the token was for one use')

  t.is((await hostler('delete ds7b --wait')).stdout, 'deployment ds7b is deleted\n')
  t.is((await hostler('get deployments')).stderr, 'no deployments; create one with: hostler deploy -f FILE\n')
})
