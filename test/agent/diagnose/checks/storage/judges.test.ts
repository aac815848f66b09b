import test from 'ava'
import { unreadKernelLog } from '../../../../../agent/diagnose/checks/kernel-log.ts'
import { judgeHealth } from '../../../../../agent/diagnose/checks/storage/disk-health.ts'
import { disksUnder } from '../../../../../agent/diagnose/checks/storage/disks.ts'
import { judgeFilesystem } from '../../../../../agent/diagnose/checks/storage/filesystem.ts'
import { filesystemKind } from '../../../../../agent/diagnose/checks/storage/filesystem-kind.ts'
import { parseNvmeLog, parseSmartctl } from '../../../../../agent/diagnose/checks/storage/health-log.ts'
import { judgeKernelErrors } from '../../../../../agent/diagnose/checks/storage/kernel-errors.ts'
import { judgePageCache } from '../../../../../agent/diagnose/checks/storage/page-cache.ts'
import { type Place, parseSpace, problemIn } from '../../../../../agent/diagnose/checks/storage/place.ts'
import { judgeReadLatency, parseDiskstats } from '../../../../../agent/diagnose/checks/storage/read-latency.ts'
import { judgeSpace } from '../../../../../agent/diagnose/checks/storage/space.ts'
import { judgeWritable } from '../../../../../agent/diagnose/checks/storage/writable.ts'
import { mountOf } from '../../../../../agent/observe/mount.ts'
import { found, happened } from '../../../../../shared/diagnosis/found.ts'
import { wordsIn } from '../../../../../shared/diagnosis/words/words.ts'

const mountinfo = `22 1 8:2 / / rw,relatime shared:1 - ext4 /dev/sda2 rw
40 22 0:50 / /nfs/models rw,relatime shared:9 - nfs4 store:/export/models rw,vers=4.2,hard
41 22 259:3 / /srv/models rw,noatime shared:7 - xfs /dev/nvme0n1p1 rw,attr2,inode64
42 22 253:1 / /broken rw,relatime shared:8 - ext4 /dev/mapper/data ro,errors=remount-ro
43 22 0:51 / /jfs rw,relatime - fuse.juicefs JuiceFS:models rw,user_id=0
44 22 0:52 / /var/lib/docker/overlay2/a/merged rw - overlay overlay rw,lowerdir=x
45 22 7:1 / /snap/core ro,nodev - squashfs /dev/loop1 ro`

const place = (path: string, changes: Partial<Place> = {}): Place => ({
  path,
  resolvedPath: path,
  mount: mountOf(mountinfo, path),
  space: { sizeMiB: 1000, freeMiB: 500, inodes: 1000, freeInodes: 500 },
  problem: 'none',
  message: '',
  ...changes,
})
const nobody: ReadonlySet<string> = new Set()
const codesOf = (outcome: { readonly findings: readonly { readonly code: string }[] }) => outcome.findings.map(({ code }) => code)

test('filesystems that come over the network, take memory or lie in layers are told apart', (t) => {
  for (const type of ['nfs', 'nfs4', 'lustre', 'ceph', 'cifs', 'fuse.juicefs', 'fuse.glusterfs', 'fuse.s3fs', 'beegfs']) {
    t.is(filesystemKind(type), 'network', type)
  }
  t.is(filesystemKind('tmpfs'), 'memory')
  t.is(filesystemKind('overlay'), 'layered')
  t.deepEqual(['ext4', 'btrfs', 'zfs', 'f2fs'].map(filesystemKind), ['local', 'local', 'local', 'local'])
  t.is(filesystemKind('xfs'), 'xfs')
})

test('each kind of filesystem gets advice of its own, and XFS none', (t) => {
  t.deepEqual(codesOf(judgeFilesystem([place('/srv/models/a')], nobody)), [])
  t.deepEqual(codesOf(judgeFilesystem([place('/home/models')], nobody)), ['storage.not-xfs'])
  t.deepEqual(codesOf(judgeFilesystem([place('/nfs/models/a'), place('/jfs')], nobody)), [
    'storage.network-filesystem',
    'storage.network-filesystem',
  ])
  t.deepEqual(codesOf(judgeFilesystem([place('/var/lib/docker/overlay2/a/merged/m')], nobody)), ['storage.layered-filesystem'])
  t.deepEqual(codesOf(judgeFilesystem([], nobody)), ['storage.no-model-path'])
})

test('a network mount that does not answer is critical, and what may not be looked at is UNKNOWN', (t) => {
  const hanging = judgeFilesystem([place('/nfs/models', { problem: 'late', space: undefined })], nobody)
  t.like(hanging.findings[0], { code: 'storage.path-hangs', verdict: 'CRITICAL' })
  const forbidden = judgeFilesystem([place('/srv/models', { problem: 'forbidden', space: undefined })], nobody)
  t.like(forbidden.findings[0], { code: 'looking.forbidden', verdict: 'UNKNOWN' })
})

test('a path that a replica reads and is not there is warned of, one that is only configured is a hint', (t) => {
  const missing = place('/srv/models/gone', { problem: 'missing', space: undefined })
  t.like(judgeFilesystem([missing], nobody).findings, [{ code: 'storage.path-missing', verdict: 'INFO' }])
  t.like(judgeFilesystem([missing], new Set(['/srv/models/gone'])).findings, [{ verdict: 'WARNING' }])
})

test('what stat and find say when they fail is told apart', (t) => {
  t.is(problemIn("stat: cannot read file system information for '/x': No such file or directory"), 'missing')
  t.is(problemIn("find: '/srv/models': Input/output error"), 'io-error')
  t.is(problemIn("stat: cannot statx '/nfs': Stale file handle"), 'io-error')
  t.is(problemIn("find: '/root': Permission denied"), 'forbidden')
  t.is(problemIn('what is this'), 'unreadable')
  t.deepEqual(parseSpace('4096 65536 60917 163840 163837\n'), { sizeMiB: 256, freeMiB: 237, inodes: 163840, freeInodes: 163837 })
  t.is(parseSpace('stat: cannot'), undefined)
})

test('space is judged once a filesystem, worse when next to nothing is left, and never for sealed images', (t) => {
  const low = { sizeMiB: 1000, freeMiB: 50, inodes: 0, freeInodes: 0 }
  t.deepEqual(codesOf(judgeSpace([place('/srv/models/a', { space: low }), place('/srv/models/b', { space: low })], 10)), [
    'storage.space-low',
  ])
  t.is(judgeSpace([place('/srv/models', { space: { ...low, freeMiB: 5 } })], 10).findings[0]?.verdict, 'CRITICAL')
  t.deepEqual(codesOf(judgeSpace([place('/snap/core', { space: { ...low, freeMiB: 0 } })], 10)), [])
  t.deepEqual(codesOf(judgeSpace([place('/srv/models', { space: { ...low, freeMiB: 100 } })], 10)), [])
})

test('a filesystem that could not be asked for its space is UNKNOWN', (t) => {
  const late = judgeSpace([place('/nfs/models', { problem: 'late', space: undefined })], 10)
  t.like(late.findings, [{ code: 'looking.late', verdict: 'UNKNOWN' }])
  const failed = judgeSpace([place('/nfs/models', { problem: 'io-error', space: undefined, message: 'Stale file handle' })], 10)
  t.like(failed.findings, [{ code: 'looking.failed', params: { message: 'Stale file handle' } }])
  t.regex(judgeSpace([place('/srv/gone', { problem: 'missing', space: undefined })], 10).looked[0]?.lines[0] ?? '', /not there/)
})

test('a filesystem that is read-only below a writable mount was made so by the kernel', (t) => {
  const remount = happened('kernel.remount-read-only', {
    atUnixMs: 1,
    source: 'kernel',
    subject: 'disk/sda2',
    params: { device: 'sda2' },
    line: 'EXT4-fs (sda2): Remounting filesystem read-only',
  })
  const outcome = judgeWritable([place('/broken/m'), place('/'), place('/snap/core')], [remount])
  t.deepEqual(codesOf(outcome), ['storage.read-only', 'storage.was-read-only'])
  t.is(outcome.findings[0]?.subject, 'path//broken')
  t.deepEqual(outcome.findings[1]?.evidence[0]?.lines, ['EXT4-fs (sda2): Remounting filesystem read-only'])
})

test("an NVMe controller's timeout concerns the filesystem on its partition; other devices are less grave", (t) => {
  const event = (code: 'kernel.nvme-timeout' | 'kernel.io-error', device: string, line: string) =>
    happened(code, { atUnixMs: 1, source: 'kernel', subject: `disk/${device}`, params: { device }, line })
  const events = [
    event('kernel.nvme-timeout', 'nvme0', 'nvme nvme0: I/O 768 QID 3 timeout, aborting'),
    event('kernel.nvme-timeout', 'nvme0', 'nvme nvme0: I/O 769 QID 3 timeout, reset controller'),
    event('kernel.io-error', 'sdz', 'I/O error, dev sdz, sector 8 op 0x0:(READ) flags 0x0 phys_seg 1 prio class 0'),
  ]
  const { findings } = judgeKernelErrors(events, [{ mountPoint: '/srv/models', names: ['nvme0n1p1', 'nvme0n1'] }])
  t.deepEqual(
    findings.map(({ code, verdict, params }) => [code, verdict, params.count]),
    [
      ['storage.nvme-timeouts', 'CRITICAL', 2],
      ['storage.io-errors', 'WARNING', 1],
    ],
  )
})

test('the health of drives is read from what smartctl and nvme print', (t) => {
  const smart = JSON.stringify({
    json_format_version: [1, 0],
    smartctl: { version: [7, 3], exit_status: 8 },
    device: { name: '/dev/nvme0n1', type: 'nvme', protocol: 'NVMe' },
    smart_status: { passed: false, nvme: { value: 4 } },
    nvme_smart_health_information_log: { critical_warning: 4, percentage_used: 103, media_errors: 12 },
  })
  const health = parseSmartctl('nvme0n1', smart)
  t.deepEqual(health, { disk: 'nvme0n1', passed: false, alarms: ['reliability degraded'], usedPercent: 103, mediaErrors: 12 })
  const sata = parseSmartctl(
    'sda',
    JSON.stringify({
      smart_status: { passed: true },
      ata_smart_attributes: { table: [5, 197, 198].map((id) => ({ id, raw: { value: id === 197 ? 8 : 0 } })) },
    }),
  )
  t.like(sata, { passed: true, mediaErrors: 8 })
  t.like(parseNvmeLog('nvme1n1', '{"critical_warning":0,"percent_used":3,"media_errors":0}'), {
    usedPercent: 3,
    mediaErrors: 0,
    alarms: [],
  })
  t.is(parseSmartctl('sda', '{"smartctl":{"exit_status":2}}'), undefined)
  t.is(parseSmartctl('sda', 'Permission denied'), undefined)

  const disks = ['nvme0n1', 'sda', 'sdb'].map((name) => ({ name, rotational: false, drive: true }))
  const outcome = judgeHealth(
    [...[health, sata].flatMap((one) => (one ? [{ kind: 'told' as const, health: one }] : [])), { kind: 'unasked' as const, disk: 'sdb' }],
    disks,
  )
  t.deepEqual(codesOf(outcome), [
    'storage.disk-failing',
    'storage.disk-worn',
    'storage.media-errors',
    'storage.media-errors',
    'storage.health-not-read',
  ])
})

test('the latency of reads is that of the sample, rotating disks are given more time, few reads say nothing', (t) => {
  const before = parseDiskstats(' 259 0 nvme0n1 100 0 8000 500 6 0 4102 3 0 4 14\n   8 0 sda 100 0 8000 500 6 0 4102 3 0 4 14\n')
  const after = parseDiskstats(' 259 0 nvme0n1 200 0 208000 10500 6 0 4102 3 0 4 14\n   8 0 sda 200 0 8800 10500 6 0 4102 3 0 4 14\n')
  const sample = (name: string, rotational: boolean) => {
    const [first, last] = [before.get(name), after.get(name)]
    return first && last ? [{ disk: { name, rotational, drive: true }, before: first, after: last }] : []
  }
  const outcome = judgeReadLatency([...sample('nvme0n1', false), ...sample('sda', true)], 1_000, 50)
  t.deepEqual(
    outcome.findings.map(({ params }) => params),
    [{ disk: 'nvme0n1', averageMs: 100, thresholdMs: 50, readsPerSecond: 100, mibPerSecond: 98 }],
  )
  t.deepEqual(judgeReadLatency([{ ...sample('nvme0n1', false)[0], after: before.get('nvme0n1') } as never], 1_000, 50).findings, [])
})

test('models larger than the memory are a hint, and smaller ones nothing', (t) => {
  t.deepEqual(codesOf(judgePageCache([{ path: '/m/a', sizeMiB: 700_000, message: '' }], 500_000)), ['storage.models-exceed-memory'])
  t.deepEqual(codesOf(judgePageCache([{ path: '/m/a', sizeMiB: 100_000, message: '' }], 500_000)), [])
  const late = judgePageCache([{ path: '/m/a', sizeMiB: undefined, message: 'no answer within 15 s' }], 500_000)
  t.like(late.findings, [{ code: 'looking.failed', verdict: 'UNKNOWN' }])
})

test('the disk below a partition and below device mapper is found', async (t) => {
  const links: Record<string, string> = {
    '/sys/dev/block/253:1': '../../devices/virtual/block/dm-1',
    '/sys/class/block/dm-1': '../../devices/virtual/block/dm-1',
    '/sys/class/block/nvme0n1p1': '../../devices/pci0000:00/0000:00:1d.0/nvme/nvme0/nvme0n1/nvme0n1p1',
    '/sys/class/block/nvme0n1': '../../devices/pci0000:00/0000:00:1d.0/nvme/nvme0/nvme0n1',
  }
  const texts: Record<string, string> = {
    '/sys/class/block/nvme0n1p1/partition': '1\n',
    '/sys/class/block/nvme0n1/queue/rotational': '0\n',
    '/sys/class/block/nvme0n1/device/model': 'SAMSUNG MZQL21T9HCJR-00A07\n',
  }
  const files = {
    link: async (path: string) => links[path],
    text: async (path: string) => texts[path],
    names: async (path: string) => (path === '/sys/class/block/dm-1/slaves' ? ['nvme0n1p1'] : []),
  }
  const mount = mountOf(mountinfo, '/broken')
  t.deepEqual(mount && (await disksUnder(files, mount)), [{ name: 'nvme0n1', rotational: false, drive: true }])
})

test('paths stand quoted in commands where a shell would take them apart', (t) => {
  const finding = found('storage.path-missing', 'WARNING', {
    subject: 'path/x',
    params: { path: "/srv/it's here", resolvedPath: '/srv/x' },
    evidence: [],
  })
  for (const language of ['en', 'zh'] as const) {
    t.is(wordsIn(language).finding(finding).remedies[0]?.command, `namei -l '/srv/it'\\''s here'`)
  }
})

test("silence of the kernel's log is no good news where nobody reads it", (t) => {
  const unread = (errno: string) => unreadKernelLog({ kernelLog: () => ({ reading: false, errno, problem: 'no such file' }) })
  t.deepEqual(unreadKernelLog({ kernelLog: () => ({ reading: true, errno: '', problem: '' }) }), [])
  t.like(unread('EPERM')[0], { code: 'looking.forbidden', verdict: 'UNKNOWN', params: { what: '/dev/kmsg' } })
  t.like(unread('ENOENT')[0], { code: 'looking.failed', verdict: 'UNKNOWN', params: { message: 'no such file' } })
})
