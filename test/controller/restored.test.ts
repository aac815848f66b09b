import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { eventually } from '../lab/wait.ts'
import { startTestController } from '../support/controller.ts'
import { sql } from './store/support/databases.ts'
import { joinOldAgent, startOldAgent } from './support/old-agent.ts'

const deadlineMs = 20_000
const lease = { durationMs: 2_000, graceMs: 500, heartbeatMs: 200 }
const spec = (name: string) =>
  JSON.stringify({
    name,
    model: { name, path: `/models/${name}.gguf` },
    engine: { preset: 'llamacpp' },
    image: 'engine:1',
    warmProbe: { enabled: false },
  })
const running = (id: string) => ({
  id,
  deployment: id.replace(/-\d+$/, ''),
  revision: 1,
  phase: 'ready',
  endpoint: '127.0.0.1:31000',
  instanceId: id,
})

test('a host that knows a later generation is sent nothing until what it runs is known or accepted', async (t) => {
  await using fleet = await startTestController({ lease })
  const credentials = await joinOldAgent(fleet, 'gpu-1')
  const file = join(fleet.settings.dataDir, 'hostler.db')
  const backup = join(fleet.settings.dataDir, '..', 'backup.db')
  let generation = 0
  {
    await using agent = await startOldAgent(fleet, 'gpu-1', { credentials })
    await fleet.control.apply(spec('known'), 'test', false)
    await eventually(() => agent.specs.some(({ replicas }) => replicas.length === 1), { deadlineMs, what: 'the first replica' })
    await sql(file, `VACUUM INTO '${backup}'`)
    await fleet.control.apply(spec('later'), 'test', false)
    const last = await eventually(() => agent.specs.find(({ replicas }) => replicas.length === 2), {
      deadlineMs,
      what: 'the second replica',
    })
    generation = last.generation
  }
  // Put back by hand, as no command was there to leave a mark.
  await fleet.restart(() => copyFile(backup, file))

  {
    await using agent = await startOldAgent(fleet, 'gpu-1', {
      credentials,
      specGeneration: generation,
      running: [running('known-1'), running('later-1')],
    })
    const { held } = await eventually(
      async () => {
        const view = await fleet.control.fleet()
        return view.held.includes('later-1') && view
      },
      { deadlineMs, what: 'the controller to hold still' },
    )
    t.regex(held, /does not know later-1 on gpu-1\./)
    t.deepEqual(agent.specs, [])
    t.like(await fleet.control.thaw(), { changed: true, stops: 'later-1 on gpu-1' })
    const sent = await eventually(() => agent.specs[0], { deadlineMs, what: 'a spec after the thaw' })
    t.true(sent.generation > generation)
    t.deepEqual(
      sent.replicas.map(({ id }) => id),
      ['known-1'],
    )
    t.is((await fleet.control.fleet()).held, '')
    const reasons = new Set<string>()
    for await (const { reason, subject } of fleet.control.events(
      { afterId: 0, limit: 50, subject: '', follow: false },
      new AbortController().signal,
    ))
      if (subject === 'fleet') reasons.add(reason)
    t.deepEqual([...reasons], ['ControllerBehind', 'ControllerAccepted'])
  }

  // Once more, and now the host runs only what is known.
  await fleet.restart(() => copyFile(backup, file))
  await using agent = await startOldAgent(fleet, 'gpu-1', { credentials, specGeneration: generation + 9, running: [running('known-1')] })
  const sent = await eventually(() => agent.specs[0], { deadlineMs, what: 'a spec without anybody being asked' })
  t.true(sent.generation > generation + 9)
})
