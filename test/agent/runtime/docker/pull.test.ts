import test, { type ExecutionContext } from 'ava'
import Docker from 'dockerode'
import { DockerRuntime } from '../../../../agent/runtime/docker/docker-runtime.ts'
import { silentLog } from '../../../../shared/log/log.ts'
import { engineSocket, labTest } from '../../../lab/requires.ts'
import { eventually } from '../../../lab/wait.ts'
import { agentHome, hostSpec } from '../../reconcile/running.ts'
import { replicaSpec, stubSpec } from '../replica-specs.ts'
import { oneImageRegistry } from './one-image-registry.ts'

const onEngine = labTest(test, { root: true, engine: true })
const never = new AbortController().signal

const open = (t: ExecutionContext, image: string, hostId = 'host-test'): DockerRuntime => {
  const socketPath = engineSocket() ?? ''
  t.teardown(() =>
    new Docker({ socketPath })
      .getImage(image)
      .remove({ force: true })
      .catch(() => {}),
  )
  return new DockerRuntime({ hostId, sockets: [socketPath], log: silentLog })
}

onEngine('an image is pulled with growing progress, and is there afterwards', async (t) => {
  const registry = await oneImageRegistry(t)
  const runtime = open(t, registry.image)
  const spec = replicaSpec({ runtime: 'docker', image: registry.image })
  t.false(await runtime.hasArtifact(spec))
  const percents: number[] = []
  await runtime.pull(registry.image, (percent) => percents.push(percent), never)
  t.true(await runtime.hasArtifact(spec))
  t.true(percents.length > 1)
  t.deepEqual(
    percents,
    percents.toSorted((a, b) => a - b),
  )
})

onEngine('a pull ends with its signal', async (t) => {
  const registry = await oneImageRegistry(t)
  registry.stall = true
  const runtime = open(t, registry.image)
  const stop = new AbortController()
  const pulling = runtime.pull(registry.image, () => stop.abort(), stop.signal)
  t.like(await t.throwsAsync(pulling), { code: 'IMAGE_MISSING' })
  registry.stall = false
})

onEngine('a slow pull shows as pulling and holds up no other replica', async (t) => {
  const registry = await oneImageRegistry(t)
  registry.stall = true
  const home = await agentHome(t, (hostId) => [open(t, registry.image, hostId)])
  const { reconciler, reaches, status } = await home.start()
  const slow = replicaSpec({ id: 'slow', runtime: 'docker', image: registry.image, command: ['/one'], pull: 'missing' })
  await reconciler.setSpec(hostSpec(1, slow, stubSpec([], { id: 'quick' })))
  await reaches('slow', 'pulling')
  await reaches('quick', 'ready')
  t.is(status('slow')?.phase, 'pulling')
  registry.stall = false
  // Noise cannot be run, which the engine finds out only at the launch.
  await eventually(() => ['backoff', 'starting'].includes(status('slow')?.phase ?? ''), { deadlineMs: 20_000, what: 'the launch' })
  t.is(registry.pulls(), 1)
})

onEngine('with pull: always the image is asked for once before the first launch, not at each restart', async (t) => {
  const registry = await oneImageRegistry(t)
  const home = await agentHome(t, (hostId) => [open(t, registry.image, hostId)])
  const { reconciler, reaches } = await home.start()
  await reconciler.setSpec(
    hostSpec(1, replicaSpec({ id: 'fresh', runtime: 'docker', image: registry.image, command: ['/one'], pull: 'always' })),
  )
  await reaches('fresh', 'backoff', ({ restarts }) => restarts >= 2)
  t.is(registry.pulls(), 1)
})
