import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { type ControlServer, startControlServer } from './support/control-server.ts'
import { run } from './support/run.ts'

const spec = 'name: ds7b\nmodel: { name: r1, path: /models/r1 }\nengine: { preset: vllm }\n'

const planned = async (server: ControlServer, line = '') => {
  const file = join(server.directory, 'ds7b.yaml')
  await writeFile(file, spec)
  return run(['plan', '-f', file, ...line.split(' ').filter(Boolean)], { credentialsFile: server.credentialsFile, columns: 100 })
}

test('a plan shows what differs, the steps and the places, and ends with 7', async (t) => {
  await using server = await startControlServer()
  server.answers.plan = {
    deployments: [
      { name: 'ds7b', revision: 2, currentRevision: 1, changed: true, fields: [{ path: 'engine.maxModelLen', afterJson: '4096' }] },
    ],
    steps: [{ round: 1, level: 'info', reason: 'ReplicaPlaced', subject: 'replica/ds7b-2', message: 'revision 2 on gpu-1 with 1 GPU' }],
    replicas: [{ id: 'ds7b-2', deployment: 'ds7b', revision: 2, isNew: true, members: [{ host: 'gpu-1', gpus: [0] }] }],
    settled: true,
  }
  const { exitCode, stdout } = await planned(server)
  t.is(exitCode, 7)
  t.is(
    stdout,
    `deployment ds7b would be changed (revision 1 to 2)
  + engine.maxModelLen: 4096

If everything goes well:
  STEP  WHAT           SUBJECT         DETAIL
     1  ReplicaPlaced  replica/ds7b-2  revision 2 on gpu-1 with 1 GPU

In the end:
  REPLICA  REV  HOST   GPUS
  ds7b-2     2  gpu-1  0     new
`,
  )
  t.like(JSON.parse((await planned(server, '-o json')).stdout), {
    deployments: [{ fields: [{ path: 'engine.maxModelLen', to: 4096 }] }],
    settled: true,
  })
})

test('a plan that changes nothing ends with 0, and one that would not fit with 13 and the reasons', async (t) => {
  await using server = await startControlServer()
  server.answers.plan = { deployments: [{ name: 'ds7b', revision: 1, currentRevision: 1 }], settled: true }
  const same = await planned(server)
  t.is(same.exitCode, 0)
  t.is(same.stdout, 'deployment ds7b would not change (revision 1)\n')
  server.answers.plan = {
    deployments: [{ name: 'ds7b', revision: 1, created: true, changed: true }],
    shortages: [
      {
        deployment: 'ds7b',
        unplaced: { count: 1, suggestion: 'join another host', hosts: [{ host: 'gpu-1', code: 'gpus-taken', message: 'all held' }] },
      },
    ],
    settled: true,
  }
  const short = await planned(server)
  t.is(short.exitCode, 13)
  t.regex(short.stdout, /ds7b would not fit:\n +1 replica has no place:\n[\s\S]*gpus-taken +all held\n +What would help: join another host/)
})

test('a file that is wrong is refused with its line before the controller hears of it', async (t) => {
  await using server = await startControlServer()
  const file = join(server.directory, 'wrong.yaml')
  await writeFile(file, `${spec}priority: urgent\n`)
  const { exitCode, stderr } = await run(['plan', '-f', file], { credentialsFile: server.credentialsFile })
  t.is(exitCode, 2)
  t.regex(stderr, /wrong\.yaml:4:11: priority: expected a number or one of low, normal, high, critical, got "urgent"/)
  t.deepEqual(server.seen, [])
})
