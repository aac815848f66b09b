import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { type HostFindings, hostChecks } from '../../../../shared/diagnosis/catalogue/host.ts'
import { type StorageFindings, storageChecks } from '../../../../shared/diagnosis/catalogue/storage.ts'
import type { Params } from '../../../../shared/diagnosis/finding.ts'
import { wordsIn } from '../../../../shared/diagnosis/words/words.ts'

type Samples = { readonly [Code in keyof (HostFindings & StorageFindings)]: readonly (HostFindings & StorageFindings)[Code][] }

const at = { path: "/srv/it's a link", resolvedPath: '/srv/models', type: 'ext4', mountPoint: '/srv' }

/** Every finding of the two rooms, in each form that its words tell apart. */
const samples: Samples = {
  'storage.no-model-path': [{}],
  'storage.path-missing': [{ path: at.path, resolvedPath: at.resolvedPath }],
  'storage.path-hangs': [{ ...at, type: 'nfs4', deadlineMs: 5_000 }],
  'storage.path-unreadable': [
    { ...at, source: '/dev/sda1', message: 'Input/output error' },
    { ...at, type: 'xfs', source: '/dev/sda1', message: 'Input/output error' },
  ],
  'storage.not-xfs': [{ ...at, source: '/dev/sda1' }],
  'storage.network-filesystem': [{ ...at, type: 'nfs4', source: 'store:/export' }],
  'storage.memory-filesystem': [{ ...at, type: 'tmpfs', sizeMiB: 16_384 }],
  'storage.layered-filesystem': [{ ...at, type: 'overlay' }],
  'storage.space-low': [{ mountPoint: '/srv', freePercent: 7.5, freeMiB: 70_000, sizeMiB: 900_000, thresholdPercent: 10 }],
  'storage.inodes-low': [{ mountPoint: '/srv', freePercent: 1, freeInodes: 900, thresholdPercent: 10 }],
  'storage.read-only': [
    { mountPoint: '/srv', type: 'ext4', source: '/dev/sda1' },
    { mountPoint: '/srv', type: 'xfs', source: '/dev/sda1' },
  ],
  'storage.was-read-only': [{ device: 'sda1' }],
  'storage.mount-option': (['sync', 'strictatime', 'discard'] as const).map((option) => ({ mountPoint: '/srv', option })),
  'storage.models-exceed-memory': [{ modelsMiB: 700_000, memoryMiB: 500_000, paths: ['/srv/models/a'] }],
  'storage.xfs-shutdown': [
    { device: 'sda1', mountPoint: '/srv' },
    { device: 'sda1', mountPoint: '' },
  ],
  'storage.nvme-timeouts': [{ device: 'nvme0', count: 1, models: true }],
  'storage.io-errors': [{ device: 'sda', count: 3, models: false }],
  'storage.disk-failing': [{ disk: 'sda', reason: 'its self-assessment failed' }],
  'storage.disk-worn': [{ disk: 'nvme0n1', usedPercent: 97 }],
  'storage.media-errors': [{ disk: 'nvme0n1', count: 4 }],
  'storage.health-not-read': [{ disks: ['sda', 'sdb'] }],
  'storage.slow-reads': [{ disk: 'sda', averageMs: 210, thresholdMs: 200, readsPerSecond: 90, mibPerSecond: 12 }],
  'host.no-profile': [{}],
  'host.setting-differs': [
    { key: 'vm.swappiness', wanted: '10', live: '60', profile: 'inference', file: '/etc/sysctl.d/99-a.conf', fileValue: '60', by: '' },
    { key: 'vm.swappiness', wanted: '10', live: '', profile: 'inference', file: '', fileValue: '', by: 'tuned' },
  ],
  'host.setting-overridden': [
    { key: 'vm.swappiness', wanted: '10', file: '/etc/sysctl.conf', fileValue: '60', profile: 'inference' },
    { key: 'vm.swappiness', wanted: '10', file: '', fileValue: '', profile: 'inference' },
  ],
  'host.setting-pending': [{ key: 'memlock', wanted: 'unlimited', live: '65536' }],
  'host.setting-not-in-containers': [{ key: 'net.ipv4.tcp_rmem', wanted: '4096 87380 6291456', values: ['1 2 3'], replicas: ['a'] }],
  'host.setting-advice': [{ key: 'type', wanted: 'xfs', live: 'ext4', reason: 'long extents' }],
  'host.tuning-conflict': [
    { with: 'tuned', keys: ['vm.swappiness'], message: 'tuned is active', remedy: 'end it' },
    { with: '/etc/sysctl.conf', keys: ['vm.swappiness'], message: 'it comes later', remedy: '' },
  ],
  'host.tuning-failed': [{ profile: 'inference', message: 'read-only /proc/sys' }],
  'host.backlog-below-limit': [{ replica: 'a', port: 8000, backlog: 2048, somaxconn: 65535, waiting: 0 }],
  'host.fast-open-unused': [{ value: 3 }],
  'host.memlock-limited': [
    { replica: 'a', limitKiB: 64, gpus: 4, rdma: true, asked: true, runtime: 'docker' },
    { replica: 'a', limitKiB: 8192, gpus: 1, rdma: false, asked: false, runtime: 'exec' },
  ],
  'host.open-files': [{ replica: 'a', open: 900, limit: 1024, runtime: 'exec' }],
  'host.shm-small': [
    { replica: 'a', sizeMiB: 64, gpus: 4, askedMiB: 0 },
    { replica: 'a', sizeMiB: 512, gpus: 4, askedMiB: 512 },
  ],
  'host.replica-swapped': [{ replica: 'a', swappedMiB: 900 }],
  'host.cpu-throttled': [{ replica: 'a b', percent: 30, thresholdPercent: 10 }],
  'host.memory-low': [{ availableMiB: 900, totalMiB: 100_000, thresholdPercent: 5 }],
  'host.memory-pressure': [{ percent: 30, thresholdPercent: 10 }],
  'host.swap-in-use': [{ usedMiB: 900, swapMiB: 2048 }],
  'host.cpu-pressure': [{ percent: 30, thresholdPercent: 10, load: 70, processors: 64 }],
  'host.clock-unsynchronised': [{ told: 'timedatectl show', service: '' }],
  'host.clock-unknown': [{}],
  'host.kernel-broken': [{ flags: ['D (oops)'] }],
  'host.kernel-warned': [{}],
  'host.hung-tasks': [{ processes: ['python3 (pid 7)'], count: 2 }],
  'host.machine-checks': [{ count: 1 }],
  'host.process-stuck': [
    { process: 'nvidia-smi', pid: 7, waitsIn: 'os_acquire_mutex', replica: '' },
    { process: 'python3', pid: 7, waitsIn: '', replica: 'a' },
  ],
  'host.runtime-unusable': [
    { runtime: 'docker', problem: 'no socket', replicas: ['a'] },
    { runtime: 'exec', problem: 'no directory', replicas: [] },
  ],
  'host.reboot-required': [{ packages: ['linux-image-6.1'] }, { packages: [] }],
}

const forms = Object.entries(samples).flatMap(([code, all]) => all.map((params) => ({ code, params: params as Params })))
const leak = /undefined|NaN|\[object|\$\{/

test('every finding of the host and of storage has words in both languages, with the same commands', (t) => {
  for (const form of forms) {
    const [english, chinese] = [wordsIn('en').finding(form), wordsIn('zh').finding(form)]
    for (const { title, why, remedies } of [english, chinese]) {
      t.true(title.length > 5 && why.length > 5, form.code)
      t.notRegex(`${title} ${why} ${remedies.map(({ text, command }) => `${text} ${command}`).join(' ')}`, leak, form.code)
      t.true(remedies.length > 0, form.code)
    }
    t.regex(chinese.title, /[\u4e00-\u9fff]/, form.code)
    t.deepEqual(
      chinese.remedies.map(({ command }) => command),
      english.remedies.map(({ command }) => command),
      form.code,
    )
  }
})

test('every command of a remedy is one that a shell can read', (t) => {
  const commands = new Set(
    forms.flatMap((form) =>
      wordsIn('en')
        .finding(form)
        .remedies.map(({ command }) => command),
    ),
  )
  for (const command of commands) {
    const { status, stderr } = spawnSync('bash', ['-n', '-c', command], { encoding: 'utf8' })
    t.is(status, 0, `${command}: ${stderr}`)
  }
  t.true(commands.size > 40)
})

test('docs/diagnosis.md names every check and every finding of the host and of storage', async (t) => {
  const page = await readFile(join(import.meta.dirname, '../../../../docs/diagnosis.md'), 'utf8')
  const names = [...hostChecks, ...storageChecks, ...Object.keys(samples)]
  t.deepEqual(
    names.filter((name) => !page.includes(`\`${name}\``)),
    [],
  )
})
