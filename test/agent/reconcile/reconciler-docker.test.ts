import { join } from 'node:path'
import test from 'ava'
import { DockerRuntime } from '../../../agent/runtime/docker/docker-runtime.ts'
import type { ReplicaSpec } from '../../../shared/fleet/replica.ts'
import { silentLog } from '../../../shared/log/log.ts'
import { type LabEngine, labEngine } from '../../lab/engine.ts'
import type { LabHost } from '../../lab/host.ts'
import { createLab, type Lab } from '../../lab/lab.ts'
import { labTest, whyNot } from '../../lab/requires.ts'
import { eventually } from '../../lab/wait.ts'
import { textOf } from '../runtime/exec-home.ts'
import { replicaSpec, stubSpec } from '../runtime/replica-specs.ts'
import { agentHome, hostSpec } from './running.ts'

const needs = { root: true, engine: true }
const onEngine = labTest(test.serial, needs)
const never = new AbortController().signal

let lab: Lab
let host: LabHost
let engine: LabEngine

test.before(async () => {
  if (whyNot(needs) !== undefined) return
  engine = await labEngine()
  await engine.modelFile(1)
  lab = await createLab()
  host = await lab.addHost({ engine: true })
  await engine.load(host.docker)
})
test.after.always(() => lab?.[Symbol.asyncDispose]())

const llama = (changes: Partial<ReplicaSpec> = {}): ReplicaSpec =>
  replicaSpec({
    runtime: 'docker',
    image: engine.image,
    modelPath: join(engine.modelDirectory, 'lab-1.gguf'),
    mountPath: '/model/lab.gguf',
    args: ['--model', '{{modelPath}}', '--host', '{{address}}', '--port', '{{port}}', '--api-key', '{{apiKey}}', '--ctx-size', '4096'],
    memlock: 'auto',
    ...changes,
  })

const onHost = async (t: Parameters<typeof agentHome>[0]) => {
  const home = await agentHome(t, (hostId) => [new DockerRuntime({ hostId, sockets: [host.engine.socketPath], log: silentLog })])
  return { ...home, start: () => home.start({ address: host.address }) }
}

onEngine('a real engine becomes ready, is started again when its container is killed, and adopted by the next agent', async (t) => {
  const home = await onHost(t)
  const first = await home.start()
  await first.reconciler.setSpec(hostSpec(1, llama()))
  const ready = await first.reaches('chat-1-0', 'ready')
  t.true(ready.endpoint.startsWith(`${host.address}:`))
  t.true(ready.warnings.every((warning) => /memlock/.test(warning)))

  await host.docker.getContainer(ready.instanceId).kill({ signal: 'SIGKILL' })
  const again = await first.reaches('chat-1-0', 'ready', ({ restarts }) => restarts === 1)
  t.not(again.instanceId, ready.instanceId)
  t.is(again.endpoint, ready.endpoint)
  t.is(again.exitCode, 137)
  t.false(again.oomKilled)
  t.true(again.lastLogLines.length > 0)

  await first.end()
  const second = await home.start()
  t.is((await second.reaches('chat-1-0', 'ready')).instanceId, again.instanceId)
  t.regex(
    await textOf(second.reconciler.logs('chat-1-0', { tailLines: 100, follow: false, timestamps: false }, never)),
    /server|model|llama/,
  )
})

onEngine('a container that somebody removes is started again', async (t) => {
  const { reconciler, reaches } = await (await onHost(t)).start()
  await reconciler.setSpec(hostSpec(1, llama()))
  const ready = await reaches('chat-1-0', 'ready')
  await host.docker.getContainer(ready.instanceId).remove({ force: true })
  const again = await reaches('chat-1-0', 'ready', ({ restarts }) => restarts === 1)
  t.not(again.instanceId, ready.instanceId)
})

onEngine('containers of ours that are in no spec are removed; those of another host, and those of nobody, are not touched', async (t) => {
  const home = await onHost(t)
  const { reconciler, reaches } = await home.start()
  const container = async (labels: Record<string, string>) => {
    const created = await host.docker.createContainer({
      Image: engine.image,
      Entrypoint: ['/bin/sh', '-c', 'sleep 600'],
      Labels: labels,
      HostConfig: { NetworkMode: 'host' },
    })
    t.teardown(() => created.remove({ force: true }).catch(() => {}))
    await created.start()
    return created
  }
  const orphan = await container({ 'hostler.host': home.hostId, 'hostler.replica': 'old-1-0', 'hostler.stop-grace-ms': '100' })
  const neighbour = await container({ 'hostler.host': 'another-host', 'hostler.replica': 'chat-1-0' })
  const foreign = await container({})
  await reconciler.setSpec(hostSpec(1, llama()))
  await reaches('chat-1-0', 'ready')
  await eventually(
    () =>
      orphan.inspect().then(
        () => false,
        ({ statusCode }) => statusCode === 404,
      ),
    { deadlineMs: 20_000, what: 'the orphan to go' },
  )
  for (const kept of [neighbour, foreign]) t.true((await kept.inspect()).State.Running)
})

onEngine('a memory limit that is reached is the reason of the restart', async (t) => {
  const { reconciler, reaches } = await (await onHost(t)).start()
  await reconciler.setSpec(
    hostSpec(1, replicaSpec({ runtime: 'docker', image: engine.image, command: ['/bin/sh', '-c', 'tail /dev/zero'], memoryLimitMiB: 32 })),
  )
  const status = await reaches('chat-1-0', 'backoff', ({ reason }) => reason === 'OOM_KILLED')
  t.true(status.oomKilled)
  t.regex(status.message, /32 MiB.*raise/)
})

onEngine('an image that cannot be had blocks its replica and no other, and memlock: require says what the host lacks', async (t) => {
  const { reconciler, reaches, status } = await (await onHost(t)).start()
  const missing = `${host.address}:9/no/such-image:1`
  await reconciler.setSpec(
    hostSpec(
      1,
      llama({ id: 'pulls', image: missing, pull: 'missing' }),
      llama({ id: 'never', image: missing, pull: 'never' }),
      llama({ id: 'requires', memlock: 'require' }),
      llama({ id: 'works' }),
    ),
  )
  await reaches('works', 'ready')
  t.regex((await reaches('never', 'blocked')).message, /not on this host, and pull is never/)
  const pulls = await reaches('pulls', 'blocked')
  t.is(pulls.reason, 'IMAGE_MISSING')
  t.regex(pulls.message, /no\/such-image:1 could not be pulled/)
  t.true(pulls.nextAttemptUnixMs > 0)
  const granted = (status('works')?.warnings.length ?? 0) === 0
  const requires = await reaches('requires', granted ? 'ready' : 'blocked')
  t.is(requires.reason, granted ? '' : 'MEMLOCK_UNAVAILABLE')
})

onEngine('while the container engine is away ready replicas stay so, and processes are still reconciled', async (t) => {
  const { reconciler, reaches, status } = await (await onHost(t)).start()
  await reconciler.setSpec(hostSpec(1, llama({ id: 'in-container' })))
  const before = await reaches('in-container', 'ready')
  // Stopped, not killed: the engine accepts connections and answers none, as a wedged one does.
  host.engine.process.kill('SIGSTOP')
  t.teardown(() => host.engine.process.kill('SIGCONT'))
  const local = stubSpec(['--host', '127.0.0.1'], { id: 'process' })
  await reconciler.setSpec(
    hostSpec(2, llama({ id: 'in-container' }), { ...local, args: local.args.map((word) => (word === '{{address}}' ? '0.0.0.0' : word)) }),
  )
  await eventually(() => status('in-container')?.message.includes('did not answer'), {
    deadlineMs: 30_000,
    what: 'the engine to be missed',
  })
  t.is(status('in-container')?.phase, 'ready')
  t.not((await reaches('process', 'loading')).instanceId, '')
  host.engine.process.kill('SIGCONT')
  const after = await reaches('in-container', 'ready', ({ message }) => message === '')
  t.is(after.instanceId, before.instanceId)
  t.is(after.restarts, 0)
})
