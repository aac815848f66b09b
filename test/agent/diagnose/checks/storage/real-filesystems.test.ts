import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { filesystem } from '../../../../../agent/diagnose/checks/storage/filesystem.ts'
import { kernelErrors } from '../../../../../agent/diagnose/checks/storage/kernel-errors.ts'
import { mountOptions } from '../../../../../agent/diagnose/checks/storage/mount-options.ts'
import { readLatency } from '../../../../../agent/diagnose/checks/storage/read-latency.ts'
import { space } from '../../../../../agent/diagnose/checks/storage/space.ts'
import { writable } from '../../../../../agent/diagnose/checks/storage/writable.ts'
import { KernelWatch } from '../../../../../agent/diagnose/kmsg/watch.ts'
import { systemClock } from '../../../../../shared/clock/clock.ts'
import type { EventCode } from '../../../../../shared/diagnosis/catalogue.ts'
import type { TimelineEvent } from '../../../../../shared/diagnosis/timeline.ts'
import { silentLog } from '../../../../../shared/log/log.ts'
import { mountFilesystem, mountServed } from '../../../../lab/mounts.ts'
import { run } from '../../../../lab/process.ts'
import { labTest } from '../../../../lab/requires.ts'
import { eventually } from '../../../../lab/wait.ts'
import { checkContext, neverAborted } from '../../../../support/check-context.ts'
import { openMountRun } from './lab-filesystems.ts'

const loopTest = labTest(test.serial, { loop: true })
const codesOf = (outcome: { readonly findings: readonly { readonly code: string }[] }) => outcome.findings.map(({ code }) => code)

/** What the kernel's own log tells of a device since a moment ago, read as the agent does. */
const kernelTells = async (t: ExecutionContext, code: EventCode, device: string): Promise<readonly TimelineEvent[]> => {
  const sinceMs = Date.now() - 60_000
  const events: TimelineEvent[] = []
  const stop = new AbortController()
  const whose = { gpuAt: () => '', replicaOf: () => '' }
  const watch = new KernelWatch({ whose, onEvent: (event) => events.push(event), clock: systemClock, log: silentLog, pollMs: 20 })
  const done = watch.run(stop.signal)
  t.teardown(async () => {
    stop.abort()
    await done
  })
  const told = () => events.filter((event) => event.code === code && event.params.device === device && event.atUnixMs > sinceMs)
  return eventually(() => (told().length > 0 ? told() : undefined), { deadlineMs: 10_000, what: `the kernel to tell ${code} of ${device}` })
}

loopTest('Models on a real XFS pass, through a symbolic link and a bind mount too', async (t) => {
  const { runId, directory } = await openMountRun(t)
  const { mountPoint } = await mountFilesystem(runId, 'xfs')
  const models = join(mountPoint, 'models of today')
  const [link, bound] = [join(directory, 'link'), join(directory, 'bound')]
  await mkdir(models)
  await symlink(models, link)
  await mkdir(bound)
  await run('mount', ['--bind', models, bound])

  for (const modelPath of [models, link, bound]) {
    const outcome = await filesystem.run(checkContext({ modelPath }), neverAborted)
    t.deepEqual(outcome.findings, [])
    t.regex(outcome.looked[0]?.lines[0] ?? '', /xfs/)
  }
})

loopTest('A link to a real ext4 is seen through, and XFS is advised with commands that name the resolved path', async (t) => {
  const { runId, directory } = await openMountRun(t)
  const { mountPoint, device } = await mountFilesystem(runId, 'ext4', { sizeMiB: 32 })
  const link = join(directory, 'models')
  await symlink(mountPoint, link)

  const { findings } = await filesystem.run(checkContext({ modelPath: link }), neverAborted)
  t.is(findings.length, 1)
  t.like(findings[0], { code: 'storage.not-xfs', verdict: 'INFO' })
  t.like(findings[0]?.params, { path: link, resolvedPath: mountPoint, type: 'ext4', source: `/dev/${device}` })
})

loopTest('Models on tmpfs, and behind a link that leads nowhere, are warned of', async (t) => {
  const { directory } = await openMountRun(t)
  const inMemory = join(directory, 'ram')
  await mkdir(inMemory)
  await run('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', inMemory])
  const astray = join(directory, 'astray')
  await symlink(join(inMemory, 'gone', 'deeper'), astray)

  const tmpfs = await filesystem.run(checkContext({ modelPath: inMemory }), neverAborted)
  t.like(tmpfs.findings[0], { code: 'storage.memory-filesystem', verdict: 'WARNING' })
  t.like(tmpfs.findings[0]?.params, { sizeMiB: 16 })
  const missing = await filesystem.run(checkContext({ modelPath: astray }), neverAborted)
  t.true(codesOf(missing).includes('storage.path-missing'))
})

loopTest('A filesystem filled to more than 90 percent is low on space, with inodes ruled out; emptied it passes', async (t) => {
  const { runId } = await openMountRun(t)
  const { mountPoint } = await mountFilesystem(runId, 'xfs')
  const context = checkContext({ modelPath: mountPoint })
  t.deepEqual((await space.run(context, neverAborted)).findings, [])

  const weights = join(mountPoint, 'weights')
  await run('fallocate', ['-l', '225M', weights])
  const { findings } = await space.run(context, neverAborted)
  t.like(findings[0], { code: 'storage.space-low', verdict: 'WARNING', subject: `path/${mountPoint}` })
  t.true(Number(findings[0]?.params.freePercent) < 10)
  t.is(findings[0]?.ruledOut[0]?.cause, 'storage.inodes-left')

  await run('truncate', ['--size', '0', weights])
  t.deepEqual((await space.run(context, neverAborted)).findings, [])
})

loopTest('Inodes that run out are told apart from space', async (t) => {
  const { runId } = await openMountRun(t)
  const { mountPoint } = await mountFilesystem(runId, 'ext4', { sizeMiB: 8 })
  for (let index = 0; index < 2_000; index++) await writeFile(join(mountPoint, `f${index}`), '')

  const { findings } = await space.run(checkContext({ modelPath: mountPoint }), neverAborted)
  t.deepEqual(
    findings.map(({ code }) => code),
    ['storage.inodes-low'],
  )
  t.is(findings[0]?.ruledOut[0]?.cause, 'storage.space-left')
})

loopTest('An ext4 that the kernel made read-only after an error of its own is critical; one mounted read-only is not', async (t) => {
  const { runId, directory } = await openMountRun(t)
  const { mountPoint, device } = await mountFilesystem(runId, 'ext4', { sizeMiB: 32, options: 'errors=remount-ro' })
  const chosen = join(directory, 'chosen')
  await mkdir(chosen)
  await run('mount', ['--bind', mountPoint, chosen])
  await run('mount', ['-o', 'remount,bind,ro', chosen])
  const context = checkContext({ modelPath: mountPoint })
  t.deepEqual((await writable.run(context, neverAborted)).findings, [])
  t.deepEqual((await writable.run(checkContext({ modelPath: chosen }), neverAborted)).findings, [])

  await writeFile(`/sys/fs/ext4/${device}/trigger_fs_error`, '1')
  const told = await kernelTells(t, 'kernel.remount-read-only', device)
  const { findings } = await writable.run(checkContext({ modelPath: mountPoint, events: () => told }), neverAborted)
  t.like(findings[0], { code: 'storage.read-only', verdict: 'CRITICAL' })
  t.like(findings[0]?.params, { mountPoint, source: `/dev/${device}`, type: 'ext4' })
  t.regex(findings[0]?.evidence[1]?.lines[0] ?? '', /EXT4-fs \(loop\d+\): Remounting filesystem read-only/)
})

loopTest('A real XFS shutdown shows at the path at once, and as the device of the models when the kernel tells of it', async (t) => {
  const { runId } = await openMountRun(t)
  const { mountPoint, device } = await mountFilesystem(runId, 'xfs')
  await mkdir(join(mountPoint, 'model'))
  const modelPath = join(mountPoint, 'model')
  t.deepEqual((await filesystem.run(checkContext({ modelPath }), neverAborted)).findings, [])

  await run('xfs_io', ['-x', '-c', 'shutdown', mountPoint])
  const atPath = await filesystem.run(checkContext({ modelPath }), neverAborted)
  t.like(atPath.findings[0], { code: 'storage.path-unreadable', verdict: 'CRITICAL' })
  t.regex(String(atPath.findings[0]?.params.message), /Input\/output error/)

  const told = await kernelTells(t, 'kernel.xfs-shutdown', device)
  const { findings } = await kernelErrors.run(checkContext({ modelPath, events: () => told }), neverAborted)
  t.like(findings[0], { code: 'storage.xfs-shutdown', verdict: 'CRITICAL' })
  t.like(findings[0]?.params, { device, mountPoint })
  t.regex(findings[0]?.evidence[0]?.lines[0] ?? '', new RegExp(`XFS \\(${device}\\)`))
})

loopTest('A device that really fails to be read is critical where models are, with the lines of the kernel', async (t) => {
  const { runId, directory } = await openMountRun(t)
  const { mountPoint, device } = await mountFilesystem(runId, 'ext4', { sizeMiB: 32 })
  const weights = join(mountPoint, 'weights')
  await run('dd', ['if=/dev/urandom', `of=${weights}`, 'bs=1M', 'count=16', 'conv=fsync'])
  const [image] = (await readdir(directory)).filter((name) => name.endsWith('.img'))
  await run('truncate', ['--size', '4M', join(directory, image ?? '')])
  // Past the end of its file the loop device fails; direct, so that no cache answers in its place.
  await run('dd', [`if=${weights}`, 'of=/dev/null', 'bs=1M', 'iflag=direct'], { accept: [1] })

  const told = await kernelTells(t, 'kernel.io-error', device)
  const { findings } = await kernelErrors.run(checkContext({ modelPath: mountPoint, events: () => told }), neverAborted)
  t.like(findings[0], { code: 'storage.io-errors', verdict: 'CRITICAL', subject: `disk/${device}`, params: { models: true } })
  t.regex(findings[0]?.evidence[0]?.lines[0] ?? '', new RegExp(`I/O error, dev ${device}, sector`))
})

const servedTest = labTest(test.serial, { fuse: true, programs: ['fuse2fs', 'mkfs.ext4'] })

servedTest('A filesystem whose server does not answer is given up, and one whose server is gone cannot be read', async (t) => {
  const { runId } = await openMountRun(t)
  const { mountPoint, server } = await mountServed(runId)
  const context = checkContext({ modelPath: join(mountPoint, 'lost+found') })
  t.deepEqual(
    (await filesystem.run(context, neverAborted)).findings.map(({ code }) => code),
    ['storage.not-xfs'],
  )

  server.kill('SIGSTOP')
  const hanging = await filesystem.run(context, neverAborted)
  t.like(hanging.findings[0], { code: 'storage.path-hangs', verdict: 'CRITICAL', params: { type: 'fuse.ext4', mountPoint } })

  server.kill('SIGKILL')
  await server.exited
  // Another diagnosis: within one, a path that hung is not asked again.
  const gone = await filesystem.run(checkContext({ modelPath: join(mountPoint, 'lost+found') }), neverAborted)
  t.like(gone.findings[0], { code: 'storage.path-unreadable', verdict: 'CRITICAL' })
})

loopTest('Mount options that cost something are told, and the defaults are not', async (t) => {
  const { runId } = await openMountRun(t)
  const plain = await mountFilesystem(runId, 'xfs')
  const costly = await mountFilesystem(runId, 'ext4', { sizeMiB: 32, options: 'strictatime,sync,discard' })
  t.deepEqual((await mountOptions.run(checkContext({ modelPath: plain.mountPoint }), neverAborted)).findings, [])
  const { findings } = await mountOptions.run(checkContext({ modelPath: costly.mountPoint }), neverAborted)
  t.deepEqual(
    findings.map(({ params }) => params.option),
    ['sync', 'strictatime', 'discard'],
  )
})

loopTest('Reads from the loop device of the models are counted, and an idle disk passes', async (t) => {
  const { runId } = await openMountRun(t)
  const { mountPoint, device } = await mountFilesystem(runId, 'xfs')
  const { findings, looked } = await readLatency.run(checkContext({ modelPath: mountPoint }), neverAborted)
  t.deepEqual(findings, [])
  t.regex(looked[0]?.lines[0] ?? '', new RegExp(`^${device}: \\d+ reads in \\d+ ms`))
})

loopTest('What a killed run has mounted is removed by the next one, and its loop devices with it', async (t) => {
  const { runId, directory } = await openMountRun(t)
  const { mountPoint } = await mountFilesystem(runId, 'ext4', { sizeMiB: 8 })
  await writeFile(join(mountPoint, 'a'), '')
  // As of a process that has died: its number belongs to nobody with that start time.
  await writeFile(join(directory, 'owner'), '1-1')
  await openMountRun(t)
  t.false((await readFile('/proc/self/mountinfo', 'utf8')).includes(directory))
  t.false((await run('losetup', ['--list', '--noheadings', '--output', 'BACK-FILE'])).stdout.includes(directory))
})
