import { mkdirSync, symlinkSync } from 'node:fs'
import { hostname, totalmem } from 'node:os'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { GpuObserver } from '../../../agent/observe/gpu-observer.ts'
import { Hardware } from '../../../agent/observe/hardware.ts'
import { readInventory } from '../../../agent/observe/inventory.ts'
import { mountOf } from '../../../agent/observe/mount.ts'
import { NvidiaSmi } from '../../../agent/observe/nvidia-smi.ts'
import { fakeGpus } from './fake-gpus.ts'

const observer = (t: ExecutionContext, program: string, deadlineMs = 10_000) => {
  const nvidiaSmi = new NvidiaSmi({ program, environment: process.env, deadlineMs })
  t.teardown(() => nvidiaSmi[Symbol.asyncDispose]())
  return new GpuObserver(nvidiaSmi)
}

const hardware = new Hardware()

test('The inventory says what the host is', async (t) => {
  const fake = fakeGpus(t, { gpus: 4, memory_mib: 40960, model: 'NVIDIA A100-SXM4-40GB', nvlinks: 12 })
  mkdirSync(join(fake.folder, 'weights'))
  symlinkSync(join(fake.folder, 'weights'), join(fake.folder, 'models'))
  const inventory = await readInventory({ hardware, observer: observer(t, fake.program), modelPath: join(fake.folder, 'models') })
  t.is(inventory.hostname, hostname())
  t.is(inventory.memoryMiB, Math.floor(totalmem() / 1024 / 1024))
  t.true(
    inventory.cpuCores >= 1 && inventory.cpuSockets >= 1 && inventory.cpuModel !== '' && inventory.kernel !== '' && inventory.os !== '',
  )
  t.true(inventory.nics.every(({ name, mtu }) => name !== 'lo' && mtu > 0))
  t.like(inventory.modelFilesystem, { resolvedPath: join(fake.folder, 'weights'), missing: false })
  t.true((inventory.modelFilesystem?.sizeMiB ?? 0) > 0 && inventory.modelFilesystem?.type !== 'unknown')
  t.deepEqual(
    inventory.gpus.map(({ uuid, index, model, memoryMiB }) => [uuid, index, model, memoryMiB]),
    [0, 1, 2, 3].map((index) => [fake.uuid(index), index, 'NVIDIA A100-SXM4-40GB (fake)', 40960]),
  )
  t.is(inventory.gpuLinks.length, 6)
  t.deepEqual(inventory.gpuLinks[0], { aUuid: fake.uuid(0), bUuid: fake.uuid(1), kind: 'NV12' })
  t.is(inventory.gpuProblem, '')
  t.is(inventory.driverVersion, '580.159.04')
})

test('A model path that does not exist is missing, with the filesystem it would be on', async (t) => {
  const fake = fakeGpus(t)
  const path = join(fake.folder, 'not', 'yet')
  const { modelFilesystem } = await readInventory({ hardware, observer: observer(t, fake.program), modelPath: path })
  t.like(modelFilesystem, { path, resolvedPath: path, missing: true })
  t.true((modelFilesystem?.freeMiB ?? 0) > 0)
})

test('A host without nvidia-smi, and one whose nvidia-smi hangs, have an inventory without GPUs and the reason', async (t) => {
  const none = await readInventory({ hardware, observer: observer(t, '/nonexistent/nvidia-smi'), modelPath: '' })
  t.deepEqual(none.gpus, [])
  t.regex(none.gpuProblem, /not installed/)
  t.is(none.modelFilesystem, undefined)
  const hanging = await readInventory({ hardware, observer: observer(t, fakeGpus(t, { mode: 'hang' }).program, 500), modelPath: '' })
  t.deepEqual(hanging.gpus, [])
  t.regex(hanging.gpuProblem, /did not answer within 500 ms/)
  t.true(hanging.memoryMiB > 0)
})

test('GPUs and links stay in the inventory while nvidia-smi hangs, with the age of the reading', async (t) => {
  const fake = fakeGpus(t, { gpus: 2 })
  const gpus = observer(t, fake.program, 2000)
  const before = await readInventory({ hardware, observer: gpus, modelPath: '' })
  fake.set('mode', 'hang')
  const after = await readInventory({ hardware, observer: gpus, modelPath: '' })
  t.deepEqual(after.gpus, before.gpus)
  t.deepEqual(after.gpuLinks, before.gpuLinks)
  t.regex(after.gpuProblem, /as of \d+ s ago/)
})

test('The mount of a path is the longest one that contains it, the last of several on one place', (t) => {
  const mountinfo = [
    '22 1 254:0 / / rw - ext4 /dev/vda rw',
    '30 22 0:30 / /data rw,relatime shared:1 - xfs /dev/nvme0n1 rw',
    '31 22 0:31 / /data/with\\040space rw - nfs4 host:/x rw',
    '32 22 0:32 / /over rw - ext4 /dev/b rw',
    '33 32 0:33 / /over rw - overlay overlay rw',
  ].join('\n')
  t.is(mountOf(mountinfo, '/etc')?.type, 'ext4')
  t.is(mountOf(mountinfo, '/data/models')?.type, 'xfs')
  t.is(mountOf(mountinfo, '/database')?.type, 'ext4')
  t.is(mountOf(mountinfo, '/data/with space/m')?.type, 'nfs4')
  t.is(mountOf(mountinfo, '/over')?.type, 'overlay')
  t.is(mountOf('', '/'), undefined)
})
