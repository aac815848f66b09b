import { readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import type { Instance, Runtime } from '../../../../agent/runtime/runtime.ts'
import { withDeadline } from '../../../../shared/lifecycle/deadline.ts'
import { startProcess } from '../../../lab/process.ts'
import { labTest } from '../../../lab/requires.ts'
import { eventually } from '../../../lab/wait.ts'
import { ask, execHome, freePort, textOf } from '../exec-home.ts'
import { identityFor, replicaSpec, stubSpec } from '../replica-specs.ts'

const never = new AbortController().signal
/** A zombie that nobody has reaped yet is dead. */
const alive = (pid: number | undefined): boolean => {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}

const healthy = (instance: Instance): Promise<unknown> =>
  eventually(() => ask(instance, '/health'), { deadlineMs: 10_000, what: 'the stub engine to listen' })

const find = async (runtime: Runtime, id: string): Promise<Instance> => {
  const found = (await runtime.list()).find((instance) => instance.id === id)
  if (!found) throw new Error(`no instance ${id}`)
  return found
}

const ended = (runtime: Runtime, id: string): Promise<Instance> =>
  eventually(
    async () => {
      const instance = await find(runtime, id)
      return instance.state === 'exited' && instance
    },
    { deadlineMs: 10_000, what: `${id} to end` },
  )

const launchStub = async (runtime: Runtime, args: readonly string[] = [], changes = {}): Promise<Instance> => {
  const spec = stubSpec(args, changes)
  const instance = await runtime.launch({ spec, identity: identityFor(spec, { port: await freePort() }) })
  await healthy(instance)
  return instance
}

const logOf = (runtime: Runtime, instance: Instance, tailLines: number): Promise<string> =>
  textOf(runtime.logs(instance, { tailLines, follow: false, timestamps: false }, never))

const leaderOf = (stateDir: string, id: string): number => Number.parseInt(readFileSync(join(stateDir, 'exec', id, 'stat'), 'utf8'), 10)

const shell = (script: string) => replicaSpec({ command: ['/bin/sh', '-c', script] })

test('an engine gets its address, port, key and model path, its GPUs by UUID, and none of the secrets of its surroundings', async (t) => {
  const runtime = (await execHome(t)).open()
  const spec = stubSpec(['--load-ms', '0'], {
    gpuUuids: ['GPU-a', 'GPU-b'],
    modelPath: '/srv/model',
    env: { KEY_COPY: '{{apiKey}}', WEIGHTS: '{{modelPath}}' },
  })
  const port = await freePort()
  const instance = await runtime.launch({ spec, identity: identityFor(spec, { port }) })
  await healthy(instance)
  const seen = (await ask(instance, '/stub/environment')) as { environment: Record<string, string>; argv: string[] }
  t.deepEqual(seen.argv.slice(0, 6), ['--host', '127.0.0.1', '--port', String(port), '--api-key', 'replica-key'])
  const { environment } = seen
  t.is(environment.NVIDIA_VISIBLE_DEVICES, 'GPU-a,GPU-b')
  t.is(environment.CUDA_VISIBLE_DEVICES, 'GPU-a,GPU-b')
  t.is(environment.MODEL_PATH, '/srv/model')
  t.is(environment.KEY_COPY, 'replica-key')
  t.is(environment.WEIGHTS, '/srv/model')
  t.is(environment.AVA_PATH ?? environment.npm_config_user_agent, undefined)
  t.like(await find(runtime, instance.id), { state: 'running', identity: { replicaId: spec.id, port, gpuUuids: ['GPU-a', 'GPU-b'] } })
})

test('an engine without GPUs sees none', async (t) => {
  const runtime = (await execHome(t)).open()
  const { environment } = (await ask(await launchStub(runtime), '/stub/environment')) as { environment: Record<string, string> }
  t.is(environment.CUDA_VISIBLE_DEVICES, '')
})

test('an engine survives the kill -9 of its agent, and the next agent adopts it and reads how it ended', async (t) => {
  const home = await execHome(t)
  const spec = stubSpec()
  const port = await freePort()
  const launcher = join(import.meta.dirname, 'launch-and-wait.ts')
  const request = JSON.stringify({ stateDir: home.stateDir, request: { spec, identity: identityFor(spec, { port }) } })
  await using agent = await startProcess(process.execPath, [launcher, request])
  await agent.outputs(/launched/, 20_000)
  agent.kill('SIGKILL')
  await agent.exited
  const runtime = home.open()
  const [instance] = await runtime.list()
  t.like(instance, { state: 'running', identity: { replicaId: spec.id, port } })
  await healthy(instance as Instance)
  await ask(instance as Instance, '/stub/exit/7', 'POST').catch(() => {})
  t.like(await ended(runtime, (instance as Instance).id), { exitCode: 7, oomKilled: false })
})

test('a reused pid is never taken for an engine', async (t) => {
  const home = await execHome(t)
  const runtime = home.open()
  const instance = await launchStub(runtime)
  const file = join(home.stateDir, 'exec', instance.id, 'stat')
  const original = readFileSync(file, 'utf8')
  await runtime.stop(instance, 3_000)
  // As if this test's own process had been given the wrapper's pid.
  const [, ...rest] = original.split(' ')
  writeFileSync(file, [String(process.pid), ...rest].join(' '))
  t.is((await find(runtime, instance.id)).state, 'exited')
  await runtime.stop(instance, 0)
  await runtime.remove(instance)
  t.deepEqual(await runtime.list(), [])
})

test('another host id on the same directory sees and touches nothing', async (t) => {
  const home = await execHome(t)
  const instance = await launchStub(home.open())
  t.deepEqual(await home.open('host-other').list(), [])
  t.true(alive(instance.pid))
})

test('stop asks first, and the engine ends by itself within the grace', async (t) => {
  const runtime = (await execHome(t)).open()
  const instance = await launchStub(runtime)
  await runtime.stop(instance, 10_000)
  t.like(await find(runtime, instance.id), { state: 'exited', exitCode: 0 })
  t.regex(await logOf(runtime, instance, 5), /ends on SIGTERM/)
})

test('an engine that ignores SIGTERM is killed after the grace, together with a worker in a session of its own', async (t) => {
  const runtime = (await execHome(t)).open()
  const instance = await launchStub(runtime, ['--ignore-term', '--child'])
  const log = () => logOf(runtime, instance, 50)
  const worker = Number(await eventually(async () => /stub worker (\d+)/.exec(await log())?.[1], { deadlineMs: 5_000, what: 'the worker' }))
  t.true(alive(worker))
  await runtime.stop(instance, 300)
  t.false(alive(worker))
  t.false(alive(instance.pid))
  t.like(await find(runtime, instance.id), { state: 'exited', exitCode: 137 })
  t.regex(await log(), /ignores SIGTERM/)
})

test('removal ends the worker that a crashed engine left behind', async (t) => {
  const runtime = (await execHome(t)).open()
  const instance = await launchStub(runtime, ['--child'])
  const log = await logOf(runtime, instance, 50)
  const worker = Number(/stub worker (\d+)/.exec(log)?.[1])
  process.kill(instance.pid ?? 0, 'SIGKILL')
  t.like(await ended(runtime, instance.id), { exitCode: 137 })
  t.true(alive(worker))
  await runtime.remove(instance)
  t.false(alive(worker))
  t.deepEqual(await runtime.list(), [])
})

test('an engine whose supervising shell was killed still counts as running', async (t) => {
  const home = await execHome(t)
  const runtime = home.open()
  const instance = await launchStub(runtime)
  const leader = leaderOf(home.stateDir, instance.id)
  process.kill(leader, 'SIGKILL')
  await eventually(() => !alive(leader), { deadlineMs: 5_000, what: 'the shell to die' })
  t.like(await find(runtime, instance.id), { state: 'running' })
  t.true(alive(instance.pid))
  await runtime.stop(instance, 3_000)
  t.false(alive(instance.pid))
})

/** The events of a runtime whose resync has been seen. */
const listening = async (t: ExecutionContext, runtime: Runtime) => {
  const stop = new AbortController()
  const events = runtime.events(stop.signal)[Symbol.asyncIterator]()
  t.like((await events.next()).value, { kind: 'resync' })
  const end = async () => {
    stop.abort()
    await events.return?.()
  }
  t.teardown(end)
  const told = withDeadline(
    events.next().then(({ value }) => value),
    15_000,
    'an event',
  )
  return { told, end }
}

test('the exit of an engine is an event', async (t) => {
  const runtime = (await execHome(t)).open()
  const instance = await launchStub(runtime)
  const { told } = await listening(t, runtime)
  process.kill(instance.pid ?? 0, 'SIGKILL')
  t.deepEqual(await told, { kind: 'exited', instanceId: instance.id })
})

test('the exit of an engine is an event, also when it was launched later and by another', async (t) => {
  const home = await execHome(t)
  const { told } = await listening(t, home.open())
  const instance = await launchStub(home.open())
  process.kill(instance.pid ?? 0, 'SIGKILL')
  t.deepEqual(await told, { kind: 'exited', instanceId: instance.id })
})

test('the exit of an engine is an event, also while a worker that it left behind holds its log open', async (t) => {
  const runtime = (await execHome(t)).open()
  const instance = await launchStub(runtime, ['--child'])
  const { told } = await listening(t, runtime)
  process.kill(instance.pid ?? 0, 'SIGKILL')
  t.deepEqual(await told, { kind: 'exited', instanceId: instance.id })
  await runtime.remove(instance)
})

test('the exit of an engine is an event, also when its supervising shell was killed and tells nothing', async (t) => {
  const home = await execHome(t)
  const runtime = home.open()
  const instance = await launchStub(runtime)
  const { told } = await listening(t, runtime)
  process.kill(leaderOf(home.stateDir, instance.id), 'SIGKILL')
  await eventually(() => !alive(leaderOf(home.stateDir, instance.id)), { deadlineMs: 5_000, what: 'the shell to die' })
  t.like(await find(runtime, instance.id), { state: 'running' })
  process.kill(instance.pid ?? 0, 'SIGKILL')
  t.deepEqual(await told, { kind: 'exited', instanceId: instance.id })
})

test('an engine and its shell that are killed together are an event, and nothing that was opened for them stays open', async (t) => {
  const home = await execHome(t)
  const runtime = home.open()
  const instance = await launchStub(runtime)
  const leader = leaderOf(home.stateDir, instance.id)
  const { told, end } = await listening(t, runtime)
  process.kill(leader, 'SIGKILL')
  process.kill(instance.pid ?? 0, 'SIGKILL')
  t.deepEqual(await told, { kind: 'exited', instanceId: instance.id })
  await end()
  const open = readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`)
    } catch {
      return ''
    }
  })
  t.deepEqual(
    open.filter((target) => [leader, instance.pid].some((pid) => target === `/proc/${pid}/stat`)),
    [],
  )
})

test('a log is followed from its tail to the end of the engine', async (t) => {
  const runtime = (await execHome(t)).open()
  const instance = await launchStub(runtime)
  for (const line of ['one', 'two', 'three']) await ask(instance, `/stub/say/${line}`, 'POST')
  const whole = () => logOf(runtime, instance, 2)
  await eventually(async () => (await whole()) === 'two\nthree\n', { deadlineMs: 5_000, what: 'the last two lines' })
  let followed = ''
  for await (const piece of runtime.logs(instance, { tailLines: 1, follow: true, timestamps: false }, never)) {
    if (followed === '') {
      await ask(instance, '/stub/say/four', 'POST')
      await runtime.stop(instance, 3_000)
    }
    followed += piece
  }
  t.is(followed, 'three\nfour\nstub engine ends on SIGTERM\n')
})

test('following a log ends with its signal', async (t) => {
  const runtime = (await execHome(t)).open()
  const instance = await launchStub(runtime)
  const stop = new AbortController()
  const followed = textOf(runtime.logs(instance, { tailLines: 0, follow: true, timestamps: false }, stop.signal))
  stop.abort()
  t.is(await followed, '')
})

test('the log keeps its end, and is bounded whatever an engine writes', async (t) => {
  const home = await execHome(t)
  const runtime = home.open()
  const lines = 9_000_000
  const spec = shell(`seq ${lines}`)
  const { id } = await runtime.launch({ spec, identity: identityFor(spec) })
  const instance = await ended(runtime, id)
  t.is(instance.exitCode, 0)
  t.is(await logOf(runtime, instance, 2), `${lines - 1}\n${lines}\n`)
  const all = (await logOf(runtime, instance, 500_000)).trim().split('\n')
  t.deepEqual([all.length, all[0], all.at(-1)], [500_000, String(lines - 499_999), String(lines)])
  const directory = join(home.stateDir, 'exec', id)
  const bytes = readdirSync(directory).reduce((sum, file) => sum + statSync(join(directory, file)).size, 0)
  t.true(bytes < 50 * 1024 * 1024, `${bytes} bytes of ${lines} lines`)
})

test('an engine that exits at once leaves its exit code and its last words', async (t) => {
  const runtime = (await execHome(t)).open()
  const spec = shell('echo no such model >&2; exit 42')
  const { id } = await runtime.launch({ spec, identity: identityFor(spec) })
  const instance = await ended(runtime, id)
  t.is(instance.exitCode, 42)
  t.is(await logOf(runtime, instance, 20), 'no such model\n')
})

test('a program that is not installed is named before anything is left behind', async (t) => {
  const runtime = (await execHome(t)).open()
  const spec = replicaSpec({ command: ['no-such-engine'] })
  t.false(await runtime.hasArtifact(spec))
  const error = await t.throwsAsync(runtime.launch({ spec, identity: identityFor(spec) }))
  t.like(error, { code: 'COMMAND_MISSING' })
  t.regex(error?.message ?? '', /no-such-engine/)
  t.deepEqual(await runtime.list(), [])
})

const asRoot = labTest(test, { root: true })

asRoot('an engine over its memory limit is killed, and the kernel is named as the one who did it', async (t) => {
  const runtime = (await execHome(t)).open()
  const spec = stubSpec(['--allocate-mib', '400'], { memoryLimitMiB: 200 })
  const { id, warnings } = await runtime.launch({ spec, identity: identityFor(spec, { port: await freePort() }) })
  t.deepEqual(warnings, [])
  const instance = await ended(runtime, id)
  t.like(instance, { exitCode: 137, oomKilled: true })
})
