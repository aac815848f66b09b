import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import type { TuneAnswer } from '../../../shared/tuning/answer.ts'
import type { TuningStatus } from '../../../shared/tuning/status.ts'
import { run } from '../../lab/process.ts'
import { labTest } from '../../lab/requires.ts'
import { scratchDirectory } from '../../support/scratch.ts'
import { floor, noSignal, openTuner, profileOf, setting, writeHost } from './scratch-host.ts'
import type { TuneScript } from './tune-program.ts'

const rootTest = labTest(test.serial, { root: true })
const program = join(import.meta.dirname, 'tune-program.ts')

interface Line {
  readonly answer: TuneAnswer & { readonly error?: string }
  readonly status: TuningStatus
}

const scratchSite = async () => {
  const scratch = await scratchDirectory()
  const root = join(scratch.path, 'host')
  const stateDir = join(scratch.path, 'state')
  await writeHost(root, { '/etc/hostname': 'scratch\n' })
  await mkdir(stateDir)
  return { ...scratch, root, stateDir, [Symbol.asyncDispose]: () => scratch[Symbol.asyncDispose]() }
}

/** Runs a tuner on the real kernel in a network (and mount) namespace of its own, after `before`, a line of shell. */
const inNamespace = async (script: Omit<TuneScript, 'proc'>, before = 'true', wrap = ''): Promise<readonly Line[]> => {
  const shell = `${before} && exec ${wrap} "$@"`
  const full: TuneScript = { proc: '/proc', ...script }
  const { stdout } = await run('unshare', ['--net', '--mount', 'sh', '-c', shell, 'sh', process.execPath, program, JSON.stringify(full)])
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
}

const rowOf = (line: Line | undefined, key: string) => line?.answer.rows.find((row) => row.key === key)

rootTest('a setting of the whole host is refused in another network namespace for that reason, not for want of root', async (t) => {
  await using site = await scratchSite()
  const [applied] = await inNamespace({ ...site, profile: profileOf([setting('net.core.rmem_max', 4_194_305)]), actions: ['apply'] })
  const message = rowOf(applied, 'net.core.rmem_max')?.message ?? ''
  t.regex(message, /only the first network namespace may set it; run the agent there/)
  t.notRegex(message, /needs root/)
})

rootTest('on the real kernel values are set, refused ones are told, and revert gives back what there was', async (t) => {
  await using site = await scratchSite()
  const profile = profileOf([
    floor('net.core.somaxconn', 65_535),
    floor('net.ipv4.tcp_fastopen', 3),
    floor('net.ipv4.ip_local_reserved_ports', '20000-29999'),
    floor('net.ipv4.tcp_rmem', '4096 131072 33554432'),
    setting('net.ipv4.ip_local_port_range', '60000 1000'),
    setting('net.ipv4.neigh.default.gc_thresh1', 8192),
  ])
  const before = 'sysctl -qw net.ipv4.ip_local_reserved_ports=8080 net.ipv4.tcp_rmem="4096 131072 6291456"'
  const [plan, applied, again, reverted] = await inNamespace({ ...site, profile, actions: ['plan', 'apply', 'status', 'revert'] }, before)
  t.like(rowOf(plan, 'net.core.somaxconn'), { live: '4096', step: 'set-and-persist' })
  t.is(applied?.answer.state, 'partial')
  t.deepEqual(applied?.status.differing, ['net.ipv4.ip_local_port_range'])
  t.like(rowOf(applied, 'net.core.somaxconn'), { live: '65535', before: '4096', state: 'holds' })
  t.is(rowOf(applied, 'net.ipv4.ip_local_reserved_ports')?.live, '8080,20000-29999')
  t.like(rowOf(applied, 'net.ipv4.ip_local_port_range'), { step: 'failed', live: '32768 60999' })
  t.regex(rowOf(applied, 'net.ipv4.ip_local_port_range')?.message ?? '', /EINVAL/)
  t.like(rowOf(applied, 'net.ipv4.neigh.default.gc_thresh1'), { state: 'absent' })
  t.like(rowOf(again, 'net.ipv4.ip_local_port_range'), { step: 'failed' })
  t.is(reverted?.status.state, 'none')
  t.is(rowOf(reverted, 'net.ipv4.ip_local_reserved_ports')?.live, '8080')
  t.is(rowOf(reverted, 'net.core.somaxconn')?.live, '4096')
  await t.throwsAsync(readFile(join(site.root, '/etc/sysctl.d/zz-hostler.conf')), { code: 'ENOENT' })
})

rootTest('a value that the kernel refuses does not stay in the file', async (t) => {
  await using site = await scratchSite()
  const profile = profileOf([setting('net.ipv4.ip_local_port_range', '60000 1000'), setting('net.core.somaxconn', 9000)])
  await inNamespace({ ...site, profile, actions: ['apply'] })
  const text = await readFile(join(site.root, '/etc/sysctl.d/zz-hostler.conf'), 'utf8')
  t.regex(text, /somaxconn = 9000/)
  t.notRegex(text, /port_range/)
})

rootTest('a value that was empty before is given back as empty', async (t) => {
  await using site = await scratchSite()
  const profile = profileOf([floor('net.ipv4.ip_local_reserved_ports', '20000-29999')])
  const [applied, reverted, plan] = await inNamespace({ ...site, profile, actions: ['apply', 'revert', 'plan'] })
  t.like(rowOf(applied, 'net.ipv4.ip_local_reserved_ports'), { live: '20000-29999', before: '' })
  t.like(rowOf(reverted, 'net.ipv4.ip_local_reserved_ports'), { live: '', step: 'restore' })
  t.is(rowOf(plan, 'net.ipv4.ip_local_reserved_ports')?.live, '')
})

rootTest('with /proc/sys read-only nothing is set, each key says why, and nothing is left behind', async (t) => {
  await using site = await scratchSite()
  const readOnly = 'mount --bind /proc/sys /proc/sys && mount -o remount,ro,bind /proc/sys'
  const profile = profileOf([setting('net.core.somaxconn', 9000), floor('net.ipv4.tcp_fastopen', 3)])
  const [applied, reverted] = await inNamespace({ ...site, profile, actions: ['apply', 'revert'] }, readOnly)
  t.is(applied?.answer.state, 'partial')
  for (const row of applied?.answer.rows ?? []) t.regex(row.message, /read-only \(EROFS\)/)
  t.regex(applied?.status.message ?? '', /refused/)
  t.is(reverted?.status.state, 'none')
})

rootTest('a full disk under the journal leaves the host untouched, and says so', async (t) => {
  await using site = await scratchSite()
  const full = `mount -t tmpfs -o size=16k tmpfs ${site.stateDir} && (head -c 100000 /dev/zero > ${site.stateDir}/filler 2>/dev/null; true)`
  const profile = profileOf([setting('net.core.somaxconn', 9000)])
  const [applied, plan] = await inNamespace({ ...site, profile, actions: ['apply', 'plan'] }, full)
  t.regex(applied?.answer.error ?? '', /journal\.json.*disk is full/)
  t.is(applied?.status.state, 'failed')
  t.is(rowOf(plan, 'net.core.somaxconn')?.live, '4096')
  await t.throwsAsync(readFile(join(site.root, '/etc/sysctl.d/zz-hostler.conf')), { code: 'ENOENT' })
})

rootTest('a full disk under /etc takes everything back', async (t) => {
  await using site = await scratchSite()
  const folder = join(site.root, '/etc/sysctl.d')
  await mkdir(folder)
  const full = `mount -t tmpfs -o size=16k tmpfs ${folder} && (head -c 100000 /dev/zero > ${folder}/filler 2>/dev/null; true)`
  const profile = profileOf([setting('net.core.somaxconn', 9000)])
  const [applied, plan] = await inNamespace({ ...site, profile, actions: ['apply', 'plan'] }, full)
  t.regex(applied?.answer.error ?? '', /zz-hostler\.conf.*disk is full/)
  t.like(rowOf(plan, 'net.core.somaxconn'), { live: '4096', before: null })
  await t.throwsAsync(readFile(join(site.stateDir, 'tuning/journal.json')), { code: 'ENOENT' })
})

rootTest('an agent without root says what it lacks and goes on', async (t) => {
  await using site = await scratchSite()
  const profile = profileOf([setting('net.core.somaxconn', 9000)])
  const before = `chmod 755 ${site.path} && chown 65534 ${site.stateDir}`
  const [applied, plan] = await inNamespace(
    { ...site, profile, actions: ['apply', 'plan'] },
    before,
    'setpriv --reuid=65534 --regid=65534 --clear-groups',
  )
  t.regex(applied?.answer.error ?? '', /zz-hostler\.conf could not be written.*needs root/)
  t.is(applied?.status.state, 'failed')
  t.like(rowOf(plan, 'net.core.somaxconn'), { live: '4096', state: 'differs' })
})

rootTest('a setting that displaces another gives both back', async (t) => {
  await using site = await scratchSite()
  const read = async (name: string) => (await readFile(`/proc/sys/vm/${name}`, 'utf8')).trim()
  const old = { bytes: await read('dirty_background_bytes'), ratio: await read('dirty_background_ratio') }
  if (old.bytes !== '0') return t.pass('this machine counts in bytes already')
  t.teardown(() => writeFile('/proc/sys/vm/dirty_background_ratio', old.ratio))
  await using tuner = await openTuner({ ...site, host: { places: { root: site.root, proc: '/proc', sys: '/sys' } } })
  tuner.setProfile(profileOf([setting('vm.dirty_background_bytes', 268_435_456)]))
  t.is((await tuner.answer('apply', undefined, noSignal)).state, 'applied')
  t.deepEqual([await read('dirty_background_bytes'), await read('dirty_background_ratio')], ['268435456', '0'])
  await tuner.check(noSignal)
  t.is(await read('dirty_background_bytes'), '268435456')
  const reverted = await tuner.answer('revert', undefined, noSignal)
  t.is(reverted.message, '')
  t.deepEqual([await read('dirty_background_bytes'), await read('dirty_background_ratio')], ['0', old.ratio])
})

rootTest('sysctls of the whole host are set and given back', async (t) => {
  await using site = await scratchSite()
  const file = '/proc/sys/vm/swappiness'
  const old = (await readFile(file, 'utf8')).trim()
  t.teardown(() => writeFile(file, old))
  const wanted = old === '11' ? '12' : '11'
  await using tuner = await openTuner({ ...site, host: { places: { root: site.root, proc: '/proc', sys: '/sys' } } })
  tuner.setProfile(profileOf([setting('vm.swappiness', wanted)]))
  await tuner.check(noSignal)
  t.is((await readFile(file, 'utf8')).trim(), wanted)
  tuner.setProfile(undefined)
  await tuner.check(noSignal)
  t.is((await readFile(file, 'utf8')).trim(), old)
})
