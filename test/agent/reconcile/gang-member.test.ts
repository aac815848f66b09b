import { createServer } from 'node:net'
import test from 'ava'
import { freePort } from '../runtime/exec-home.ts'
import { stubSpec } from '../runtime/replica-specs.ts'
import { agentHome, hostSpec } from './running.ts'

const probe = { path: '', intervalMs: 100, timeoutMs: 1_000, failures: 2 }
const worker = (changes: Parameters<typeof stubSpec>[1] = {}, args: readonly string[] = []) =>
  stubSpec(args, {
    id: 'r1-1-r1',
    restart: 'never',
    health: probe,
    warm: { path: '', bodyJson: '', timeoutMs: 1_000 },
    metricsPath: '',
    ...changes,
  })
const kill = (pid: number | undefined) => process.kill(pid ?? 0, 'SIGKILL')

test('a member without a health path is ready for as long as it runs', async (t) => {
  const { reconciler, reaches } = await (await agentHome(t)).start()
  await reconciler.setSpec(hostSpec(1, worker({}, ['--load-ms', '60000'])))
  t.like(await reaches('r1-1-r1', 'ready'), { reason: '', restarts: 0 })
})

test('a member that ended is not started again by its agent, until the next attempt is another content', async (t) => {
  const home = await agentHome(t)
  const { reconciler, reaches } = await home.start()
  await reconciler.setSpec(hostSpec(1, worker({ env: { HOSTLER_GANG_ATTEMPT: '1' } })))
  const before = await reaches('r1-1-r1', 'ready')
  kill((await home.exec.list())[0]?.pid)
  const failed = await reaches('r1-1-r1', 'failed')
  t.is(failed.restarts, 0)
  t.regex(failed.message, /signal|code/i)
  await reconciler.setSpec(hostSpec(2, worker({ env: { HOSTLER_GANG_ATTEMPT: '2' } })))
  const after = await reaches('r1-1-r1', 'ready')
  t.not(after.instanceId, before.instanceId)
})

test('a member that ended while its agent was away is not started again either', async (t) => {
  const home = await agentHome(t)
  const first = await home.start()
  await first.reconciler.setSpec(hostSpec(1, worker()))
  await first.reaches('r1-1-r1', 'ready')
  await first.end()
  for (const instance of await home.exec.list()) await home.exec.remove(instance).catch(() => home.exec.stop(instance, 0))
  for (const instance of await home.exec.list()) await home.exec.remove(instance)
  const second = await home.start()
  await second.reaches('r1-1-r1', 'failed')
  t.deepEqual(await home.exec.list(), [])
})

test('a port that the gang is to meet at and that is taken keeps the leader from being launched, and says who has it', async (t) => {
  const port = await freePort()
  const server = createServer().listen(port, '127.0.0.1')
  t.teardown(() => server.close())
  const { reconciler, reaches } = await (await agentHome(t)).start()
  await reconciler.setSpec(hostSpec(1, stubSpec([], { restart: 'never', reservedPorts: [port] })))
  const blocked = await reaches('chat-1-0', 'blocked')
  t.is(blocked.reason, 'PORT_TAKEN')
  t.regex(blocked.message, new RegExp(`Port ${port} is in use by .*pid ${process.pid}.*another port in its next attempt`))
})
