import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { parseTunedProfile } from '../../../agent/tune/tuned-profile.ts'
import { scratchDirectory } from '../../support/scratch.ts'
import { floor, type HostFiles, hostFiles, noSignal, openTuner, profileOf, setting, writeHost } from './scratch-host.ts'

const tunedFiles: HostFiles = {
  '/run/tuned/tuned.pid': '4242\n',
  '/proc/4242/comm': 'tuned\n',
  '/etc/tuned/active_profile': 'mine throughput-performance\n',
  '/usr/lib/tuned/throughput-performance/tuned.conf':
    '[main]\nsummary=Broadly applicable\n\n[cpu]\ngovernor=performance\n\n[vm]\ntransparent_hugepages=always\n\n[sysctl]\nvm.swappiness=10\nnet.core.somaxconn=>2048\n',
  '/etc/tuned/mine/tuned.conf': `[main]\ninclude=base\n[limits]\ntype=sysctl\nfs.file-max = \${variable}\n`,
  '/usr/lib/tuned/base/tuned.conf': '[sysctl]\nnet.ipv4.tcp_rmem="4096 1 2"\n',
}

const scratchHost = async (files: HostFiles) => {
  const scratch = await scratchDirectory()
  const site = { root: join(scratch.path, 'host'), stateDir: join(scratch.path, 'state') }
  await writeHost(site.root, files)
  await mkdir(site.stateDir)
  const live = async (path: string) => (await readFile(join(site.root, path), 'utf8')).trim()
  return { ...site, live, [Symbol.asyncDispose]: () => scratch[Symbol.asyncDispose]() }
}

const wanted = profileOf([
  setting('vm.swappiness', 5),
  floor('net.core.somaxconn', 65_535),
  floor('net.ipv4.tcp_rmem', '4096 131072 33554432'),
  floor('fs.file-max', 1000),
  setting('enabled', 'madvise', { kind: 'transparent-huge-pages' }),
])

test('what tuned sees to is explained and left to it, and everything else is applied', async (t) => {
  await using host = await scratchHost({ ...hostFiles, ...tunedFiles })
  await using tuner = await openTuner(host)
  tuner.setProfile(wanted)
  const answer = await tuner.answer('apply', undefined, noSignal)
  t.is(answer.state, 'partial')
  t.is(answer.conflicts.length, 1)
  t.like(answer.conflicts[0], { with: 'tuned', keys: ['vm.swappiness', 'net.ipv4.tcp_rmem', 'fs.file-max', 'enabled'] })
  t.regex(
    answer.conflicts[0]?.message ?? '',
    /tuned is active with the profile "mine throughput-performance", which sets vm\.swappiness to "10"/,
  )
  t.regex(answer.conflicts[0]?.remedy ?? '', /tuned-adm off/)
  t.is(await host.live('/proc/sys/vm/swappiness'), '60')
  t.regex(await host.live('/sys/kernel/mm/transparent_hugepage/enabled'), /\[always\]/)
  t.is(await host.live('/proc/sys/net/core/somaxconn'), '65535')
  t.notRegex(await host.live('/etc/sysctl.d/zz-hostler.conf'), /swappiness/)
  // It stays that way: no fight at the next look either.
  await tuner.check(noSignal)
  t.is(await host.live('/proc/sys/vm/swappiness'), '60')
  t.is(tuner.status().state, 'partial')
})

test('tuned that agrees, or does not run, is no conflict', async (t) => {
  await using agreeing = await scratchHost({ ...hostFiles, ...tunedFiles })
  await using first = await openTuner(agreeing)
  first.setProfile(profileOf([setting('vm.swappiness', 10), floor('net.core.somaxconn', 65_535)]))
  t.is((await first.answer('apply', undefined, noSignal)).state, 'applied')
  await using stopped = await scratchHost({ ...hostFiles, ...tunedFiles, '/run/tuned/tuned.pid': '4243\n' })
  await using second = await openTuner(stopped)
  second.setProfile(wanted)
  t.is((await second.answer('apply', undefined, noSignal)).state, 'applied')
})

test('profiles of tuned are read with their sections, types, floors and variables', (t) => {
  const { include, assigned } = parseTunedProfile(
    `[main]\ninclude=a, b\n[sysctl]\n# vm.x=1\nvm.y = "1  2"\nvm.z=>3\nvm.v=\${w}\n[my]\ntype=vm\ntransparent_hugepage=never\n[cpu]\ngovernor=schedutil|ondemand\n[disk]\nvm.n=1\n`,
    { uname: '', cpuinfo: '' },
  )
  t.deepEqual(include, ['a', 'b'])
  t.deepEqual(
    [...assigned],
    [
      ['sysctl vm.y', { value: '1 2', floor: false }],
      ['sysctl vm.z', { value: '3', floor: true }],
      ['sysctl vm.v', { value: undefined, floor: false }],
      ['transparent-huge-pages enabled', { value: 'never', floor: false }],
      ['cpu-governor scaling_governor', { value: undefined, floor: false }],
    ],
  )
})

/** Of Debian's tuned 2.20. */
const conditional = `[variables]
thunderx_cpuinfo_regex=CPU part\\s+:\\s+(0x0?516)|(0x0?af)
[vm.thunderx]
type=vm
uname_regex=aarch64
cpuinfo_regex=\${thunderx_cpuinfo_regex}
transparent_hugepages=never
`

test('a section of tuned with a condition counts where the condition holds', (t) => {
  const x86 = { uname: 'Linux h 6.1.0 #1 SMP x86_64', cpuinfo: 'model name : AMD EPYC\n' }
  const thunder = { uname: 'Linux h 6.1.0 #1 SMP aarch64', cpuinfo: 'CPU part\t: 0x516\n' }
  t.is(parseTunedProfile(conditional, x86).assigned.size, 0)
  t.is(parseTunedProfile(conditional, { ...thunder, cpuinfo: 'CPU part\t: 0xd0c\n' }).assigned.size, 0)
  t.deepEqual(parseTunedProfile(conditional, thunder).assigned.get('transparent-huge-pages enabled'), { value: 'never', floor: false })
  const broken = parseTunedProfile(conditional.replace('aarch64', '(?P<x>aarch64'), thunder)
  t.deepEqual(broken.assigned.get('transparent-huge-pages enabled'), { value: undefined, floor: false })
})

test('a file that is read after ours keeps its key, and is named with its line', async (t) => {
  await using host = await scratchHost({
    ...hostFiles,
    '/usr/lib/systemd/systemd-sysctl': '',
    '/etc/sysctl.d/zzz-mine.conf': '# mine\nvm.swappiness = 90\nnet.core.somaxconn = 70000\n',
  })
  await using tuner = await openTuner(host)
  tuner.setProfile(wanted)
  const answer = await tuner.answer('apply', undefined, noSignal)
  t.like(answer.conflicts[0], { with: '/etc/sysctl.d/zzz-mine.conf', keys: ['vm.swappiness'] })
  t.regex(answer.conflicts[0]?.message ?? '', /zzz-mine\.conf:2 sets it to "90" at boot/)
  t.is(await host.live('/proc/sys/vm/swappiness'), '60')
  const row = answer.rows.find(({ key }) => key === 'vm.swappiness')
  t.deepEqual(row?.persisted, [{ file: '/etc/sysctl.d/zzz-mine.conf', line: 2, value: '90', wins: true }])
  t.is(await host.live('/proc/sys/net/core/somaxconn'), '65535')
})

test('an earlier file that says less is overruled, not edited', async (t) => {
  const theirs = 'vm.swappiness = 60\nnet.core.somaxconn = 128\nfs.file-max = 10\n'
  await using host = await scratchHost({ ...hostFiles, '/usr/lib/systemd/systemd-sysctl': '', '/etc/sysctl.d/99-mine.conf': theirs })
  await using tuner = await openTuner(host)
  tuner.setProfile(wanted)
  const answer = await tuner.answer('apply', undefined, noSignal)
  t.is(answer.state, 'applied', answer.message)
  t.is(await host.live('/etc/sysctl.d/99-mine.conf'), theirs.trim())
  const ours = await host.live('/etc/sysctl.d/zz-hostler.conf')
  t.regex(ours, /^vm\.swappiness = 5$/m)
  // At boot it would fall below the floor; what the host has now is kept.
  t.regex(ours, /^fs\.file-max = 9223372036854775807$/m)
})

test('a mask that an administrator put on our file is respected', async (t) => {
  await using host = await scratchHost({ ...hostFiles, '/usr/lib/systemd/systemd-sysctl': '' })
  const file = join(host.root, '/etc/sysctl.d/zz-hostler.conf')
  await mkdir(join(host.root, '/etc/sysctl.d'))
  await symlink('/dev/null', file)
  await using tuner = await openTuner(host)
  tuner.setProfile(wanted)
  await t.throwsAsync(tuner.answer('apply', undefined, noSignal), { message: /masked/ })
  t.is(await host.live('/proc/sys/vm/swappiness'), '60')
})

test('a daemon.json that is broken, and a daemon started with the same flag, are left alone', async (t) => {
  const limits = profileOf([setting('memlock', 'unlimited', { kind: 'engine-limit' })])
  await using broken = await scratchHost({ ...hostFiles, '/etc/docker/daemon.json': '{"data-root": ' })
  await using first = await openTuner(broken)
  first.setProfile(limits)
  const answer = await first.answer('apply', undefined, noSignal)
  t.regex(answer.rows[0]?.message ?? '', /daemon\.json is left alone: it is no JSON/)
  t.is(await broken.live('/etc/docker/daemon.json'), '{"data-root":')

  await using flagged = await scratchHost({
    ...hostFiles,
    '/proc/77/cmdline': '/usr/sbin/dockerd\0--default-ulimit\0memlock=-1:-1\0',
  })
  const engine = async () => ({ unit: 'docker.service', pid: 77, memlock: { grantable: true, evidence: '' } })
  await using second = await openTuner({ ...flagged, host: { engine } })
  second.setProfile(limits)
  const again = await second.answer('apply', undefined, noSignal)
  t.like(again.rows[0], { live: '8388608', step: 'failed' })
  t.regex(again.rows[0]?.message ?? '', /--default-ulimit/)
  t.notRegex(await flagged.live('/etc/docker/daemon.json'), /ulimits/)
})

test('a limit that the engine cannot grant is not made a default, since no container would start', async (t) => {
  await using host = await scratchHost(hostFiles)
  const engine = async () => ({
    unit: 'docker.service',
    pid: 77,
    memlock: { grantable: false, evidence: 'the container engine lacks CAP_SYS_RESOURCE' },
  })
  await using tuner = await openTuner({ ...host, host: { engine } })
  tuner.setProfile(profileOf([setting('memlock', 'unlimited', { kind: 'engine-limit' })]))
  const answer = await tuner.answer('apply', undefined, noSignal)
  t.regex(answer.rows[0]?.message ?? '', /no container would start/)
  t.notRegex(await readFile(join(host.root, '/etc/docker/daemon.json'), 'utf8'), /ulimits/)
  await t.throwsAsync(writeFile(join(host.root, '/etc/systemd/system/docker.service.d/x'), ''), { code: 'ENOENT' })
})

test('an engine that may open more than the floor keeps that, and its containers get the floor by default', async (t) => {
  const limits =
    'Max open files            1073741816           1073741816           files     \nMax locked memory         unlimited            unlimited            bytes     \n'
  await using host = await scratchHost({ ...hostFiles, '/proc/77/limits': limits })
  await using tuner = await openTuner(host)
  tuner.setProfile(profileOf([{ ...floor('nofile', 1_048_576), kind: 'engine-limit' }]))
  t.is((await tuner.answer('apply', undefined, noSignal)).state, 'applied')
  t.regex(await host.live('/etc/systemd/system/docker.service.d/zz-hostler.conf'), /LimitNOFILE=1073741816/)
  t.like(JSON.parse(await host.live('/etc/docker/daemon.json')), { 'default-ulimits': { nofile: { Hard: 1_048_576 } } })
})

test('limits of an engine that does not run are left until it does', async (t) => {
  await using host = await scratchHost(hostFiles)
  let pid: number | undefined
  const engine = async () => ({ unit: 'docker.service', pid, memlock: { grantable: true, evidence: '' } })
  await using tuner = await openTuner({ ...host, host: { engine } })
  tuner.setProfile(profileOf([{ ...floor('nofile', 1_048_576), kind: 'engine-limit' }]))
  const answer = await tuner.answer('apply', undefined, noSignal)
  t.regex(answer.rows[0]?.message ?? '', /does not run/)
  t.notRegex(await host.live('/etc/docker/daemon.json'), /ulimits/)
  pid = 77
  await tuner.check(noSignal)
  t.is(tuner.status().state, 'applied')
  t.regex(await host.live('/etc/docker/daemon.json'), /ulimits/)
})
