import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import fc from 'fast-check'
import { readCdiDevices } from '../../../../agent/runtime/docker/cdi.ts'
import { containerConfig, containerName } from '../../../../agent/runtime/docker/container-config.ts'
import { unframe } from '../../../../agent/runtime/docker/frames.ts'
import { PullProgress } from '../../../../agent/runtime/docker/pull-progress.ts'
import { findSocket, socketCandidates } from '../../../../agent/runtime/docker/socket.ts'
import { textOf } from '../exec-home.ts'
import { identityFor, replicaSpec } from '../replica-specs.ts'

const frame = (stream: number, text: string): Buffer => {
  const header = Buffer.alloc(8)
  header[0] = stream
  header.writeUInt32BE(Buffer.byteLength(text), 4)
  return Buffer.concat([header, Buffer.from(text)])
}

const cut = (whole: Buffer, sizes: readonly number[]): Buffer[] => {
  const pieces: Buffer[] = []
  let rest = whole
  for (const size of sizes) {
    pieces.push(rest.subarray(0, size))
    rest = rest.subarray(size)
  }
  return [...pieces, rest].filter((piece) => piece.length > 0)
}

test('frames are taken off a log however it is cut into pieces', async (t) => {
  const texts = fc.array(fc.tuple(fc.constantFrom(1, 2), fc.string()), { maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(texts, fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 30 }), async (lines, sizes) => {
      const whole = Buffer.concat(lines.map(([stream, text]) => frame(stream, text)))
      t.is(await textOf(unframe(cut(whole, sizes))), lines.map(([, text]) => text).join(''))
    }),
  )
})

test('a log without frames passes through', async (t) => {
  t.is(await textOf(unframe([Buffer.from('plain text of a terminal\n'), Buffer.from('more')])), 'plain text of a terminal\nmore')
})

test('the progress of a pull never falls and never claims to be done', (t) => {
  const line = fc.record({
    id: fc.constantFrom('a', 'b', 'c'),
    status: fc.constantFrom(
      'Pulling fs layer',
      'Downloading',
      'Download complete',
      'Extracting',
      'Pull complete',
      'Already exists',
      'Waiting',
    ),
    progressDetail: fc.record({ current: fc.nat(), total: fc.nat() }),
  })
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const progress = new PullProgress()
      let before = 0
      for (const one of lines) {
        const percent = progress.add(one)
        t.true(percent >= before && percent <= 99)
        before = percent
      }
    }),
  )
  const progress = new PullProgress()
  progress.add({ id: 'a', status: 'Downloading', progressDetail: { current: 50, total: 100 } })
  t.is(progress.add({ id: 'a', status: 'Download complete' }), 50)
})

const features = { gpuRequests: false, cdiDevices: [], memlock: true, init: true, sysctls: {} }
const config = (changes: Parameters<typeof replicaSpec>[0], has: Partial<Parameters<typeof containerConfig>[1]> = {}) => {
  const spec = replicaSpec({ runtime: 'docker', image: 'vllm:1', ...changes })
  return containerConfig({ spec, identity: identityFor(spec, { port: 8_000 }) }, { ...features, ...has })
}

test('GPUs are asked for by UUID: of the NVIDIA runtime, else by CDI, else by the environment alone', (t) => {
  const gpuUuids = ['GPU-a', 'GPU-b']
  t.deepEqual(config({ gpuUuids }, { gpuRequests: true }).HostConfig?.DeviceRequests, [
    { Driver: 'nvidia', DeviceIDs: gpuUuids, Capabilities: [['gpu']] },
  ])
  const cdiDevices = ['nvidia.com/gpu=GPU-a', 'nvidia.com/gpu=GPU-b']
  t.deepEqual(config({ gpuUuids }, { cdiDevices }).HostConfig?.DeviceRequests, [{ Driver: 'cdi', DeviceIDs: cdiDevices }])
  t.deepEqual(config({ gpuUuids }).HostConfig?.DeviceRequests, [])
  t.true(config({ gpuUuids }).Env?.includes('NVIDIA_VISIBLE_DEVICES=GPU-a,GPU-b'))
})

test('a replica without GPUs sees none, and its own environment cannot change that', (t) => {
  const { Env = [], HostConfig } = config({ env: { NVIDIA_VISIBLE_DEVICES: 'all' } }, { gpuRequests: true })
  t.deepEqual(
    Env.filter((variable) => variable.startsWith('NVIDIA_VISIBLE_DEVICES')),
    ['NVIDIA_VISIBLE_DEVICES=void'],
  )
  t.deepEqual(HostConfig?.DeviceRequests, [])
})

test('memlock is unlimited when asked for', (t) => {
  t.deepEqual(config({}).HostConfig?.Ulimits, [{ Name: 'memlock', Soft: -1, Hard: -1 }])
  t.is(config({}, { memlock: false }).HostConfig?.Ulimits, undefined)
})

test('a container has a name that engines accept', (t) => {
  t.is(containerName('host 1/ä', 'chat:1'), 'hostler-host-1---chat-1')
})

test('CDI devices are read from JSON and YAML, and a broken file hides none', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), `hostler-cdi-${process.pid}-`))
  t.teardown(() => rmSync(directory, { recursive: true, force: true }))
  writeFileSync(join(directory, 'nvidia.yaml'), 'cdiVersion: 0.5.0\nkind: nvidia.com/gpu\ndevices:\n  - name: "0"\n  - name: GPU-a\n')
  writeFileSync(join(directory, 'more.json'), '{"kind":"nvidia.com/gpu","devices":[{"name":"GPU-b"}]}')
  writeFileSync(join(directory, 'other.json'), '{"kind":"vendor.com/net","devices":[{"name":"x"}]}')
  writeFileSync(join(directory, 'broken.yaml'), ':\n  - {')
  t.deepEqual(await readCdiDevices([directory, '/nonexistent']), ['nvidia.com/gpu=0', 'nvidia.com/gpu=GPU-a', 'nvidia.com/gpu=GPU-b'])
})

test('the configured socket is the only one, DOCKER_HOST comes next, and a remote engine is not used', (t) => {
  t.deepEqual(socketCandidates('unix:///a.sock', 'unix:///b.sock'), ['/a.sock'])
  t.deepEqual(socketCandidates(undefined, 'unix:///b.sock'), ['/b.sock'])
  t.deepEqual(socketCandidates(undefined, 'tcp://10.0.0.1:2375'), ['/var/run/docker.sock', '/run/podman/podman.sock'])
})

test('what is wrong with each socket is told', async (t) => {
  t.deepEqual(await findSocket(['/nonexistent', '/etc/hostname']), {
    problem: '/nonexistent does not exist; /etc/hostname is not a socket',
  })
})
