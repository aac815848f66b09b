import { readFile } from 'node:fs/promises'
import test from 'ava'
import { containerSysctls } from '../../../agent/tune/container-sysctls.ts'
import { builtInProfiles } from '../../../shared/tuning/built-in.ts'
import { resolveProfile } from '../../../shared/tuning/resolve.ts'
import { run } from '../../lab/process.ts'
import { labTest } from '../../lab/requires.ts'
import { floor, profileOf, setting } from './scratch-host.ts'

const profile = profileOf([
  floor('net.core.somaxconn', 65_535),
  floor('net.ipv4.neigh.default.gc_thresh1', 8192),
  floor('net.core.rmem_max', 1),
  setting('vm.swappiness', 10),
  setting('kernel.shmmax', 1 << 30),
  setting('fs.mqueue.msg_max', 100),
  setting('fs.nr_open', 100),
  setting('enabled', 'madvise', { kind: 'transparent-huge-pages' }),
])

test('a container gets the sysctls of the namespaces that it has to itself, and no others', (t) => {
  const own = { hostNetwork: false, hostIpc: false }
  t.deepEqual(containerSysctls(profile, own), {
    'net.core.somaxconn': '65535',
    'kernel.shmmax': String(1 << 30),
    'fs.mqueue.msg_max': '100',
  })
  t.deepEqual(Object.keys(containerSysctls(profile, { ...own, hostNetwork: true })), ['kernel.shmmax', 'fs.mqueue.msg_max'])
  t.deepEqual(Object.keys(containerSysctls(profile, { ...own, hostIpc: true })), ['net.core.somaxconn'])
  t.deepEqual(containerSysctls(undefined, own), {})
})

test('a floor does not lower what the host already gives its containers', (t) => {
  const hostValue = (key: string) => (key === 'net.core.somaxconn' ? '131072' : undefined)
  t.is(containerSysctls(profile, { hostNetwork: false, hostIpc: true, hostValue })['net.core.somaxconn'], '131072')
})

labTest(test, { root: true })('a new network namespace takes every sysctl that a container would be started with', async (t) => {
  const resolved = resolveProfile('network-lossless', builtInProfiles)
  if (!resolved.ok) return t.fail()
  const sysctls = containerSysctls(resolved.profile, { hostNetwork: false, hostIpc: false })
  t.true(Object.keys(sysctls).length >= 12)
  const assignments = Object.entries(sysctls).map(([key, value]) => `${key}=${value}`)
  const { stdout } = await run('unshare', ['--net', '--ipc', 'sysctl', '-w', ...assignments])
  t.is(stdout.trim().split('\n').length, assignments.length)
  t.not((await readFile('/proc/sys/net/core/somaxconn', 'utf8')).trim(), '')
})
