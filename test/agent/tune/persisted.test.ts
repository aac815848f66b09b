import { existsSync } from 'node:fs'
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import test from 'ava'
import fc from 'fast-check'
import { readPersisted } from '../../../agent/tune/persisted.ts'
import { placesAt } from '../../../agent/tune/places.ts'
import { parseSysctlConf, saidOf } from '../../../agent/tune/sysctl-conf.ts'
import { run } from '../../lab/process.ts'
import { labTest } from '../../lab/requires.ts'
import { scratchDirectory } from '../../support/scratch.ts'
import { writeHost } from './scratch-host.ts'

const reader = '/usr/lib/systemd/systemd-sysctl'

/** null: a link to /dev/null, which masks a file of that name elsewhere. */
type Files = Readonly<Record<string, string | null>>

const write = async (root: string, files: Files): Promise<void> => {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    if (text === null) await symlink('/dev/null', join(root, path))
    else await writeFile(join(root, path), text)
  }
}

const winnerOf = async (root: string, key: string) => saidOf(key, (await readPersisted(placesAt(root))).assignments).winner

const withFiles = async (files: Files, check: (root: string) => Promise<void>): Promise<void> => {
  await using scratch = await scratchDirectory()
  await write(scratch.path, { [reader]: '', ...files })
  await check(scratch.path)
}

test('the last name wins, wherever it stands, and /etc masks a file of the same name', async (t) => {
  const files = {
    '/usr/lib/sysctl.d/90-vendor.conf': 'vm.swappiness = 1\n',
    '/etc/sysctl.d/10-first.conf': '# why\nvm.swappiness = 2\n\nnet.core.somaxconn=3',
    '/run/sysctl.d/95-run.conf': 'net.core.somaxconn = 4\n',
    '/etc/sysctl.d/95-run.conf': null,
    '/etc/sysctl.d/zz-last.txt': 'vm.swappiness = 5\n',
  }
  await withFiles(files, async (root) => {
    t.like(await winnerOf(root, 'vm.swappiness'), { file: '/usr/lib/sysctl.d/90-vendor.conf', line: 1, value: '1' })
    t.like(await winnerOf(root, 'net.core.somaxconn'), { file: '/etc/sysctl.d/10-first.conf', line: 4, value: '3' })
  })
})

test('systemd reads /etc/sysctl.conf only through a link in sysctl.d; procps reads it last', async (t) => {
  const files = { '/etc/sysctl.conf': 'vm.swappiness = 7\n', '/etc/sysctl.d/zz-hostler.conf': 'vm.swappiness = 10\n' }
  await withFiles(files, async (root) => {
    t.is((await winnerOf(root, 'vm.swappiness'))?.value, '10')
    t.deepEqual(
      (await readPersisted(placesAt(root))).dormant.map(({ value }) => value),
      ['7'],
    )
    await symlink('../sysctl.conf', join(root, '/etc/sysctl.d/99-sysctl.conf'))
    t.deepEqual((await readPersisted(placesAt(root))).dormant, [])
    t.is((await winnerOf(root, 'vm.swappiness'))?.value, '10')
    await rm(join(root, reader))
    t.like(await winnerOf(root, 'vm.swappiness'), { file: '/etc/sysctl.conf', value: '7' })
  })
})

test('lines are read as sysctl.d(5) says: separators, ignored failures, patterns and exceptions', (t) => {
  const text = [
    'net/ipv4/conf/eth0.100/rp_filter = 1',
    '-net.ipv4.conf.lo.rp_filter=2',
    '  kernel.x   =  1 2\t3 ',
    '; comment',
    'nonsense',
    'net.ipv4.conf.*.rp_filter = 3',
    '-net.ipv4.conf.all.rp_filter',
  ].join('\n')
  const all = parseSysctlConf('f', text)
  t.like(saidOf('net.ipv4.conf.eth0/100.rp_filter', all).winner, { line: 1, value: '1' })
  t.like(saidOf('net.ipv4.conf.lo.rp_filter', all).winner, { line: 2, value: '2' })
  t.like(saidOf('kernel.x', all).winner, { line: 3, value: '1 2 3' })
  t.like(saidOf('net.ipv4.conf.eth1.rp_filter', all).winner, { line: 6, value: '3' })
  t.is(saidOf('net.ipv4.conf.all.rp_filter', all).winner, undefined)
})

const keys = ['net.ipv4.tcp_keepalive_time', 'net.ipv4.tcp_keepalive_intvl', 'net.ipv4.tcp_keepalive_probes', 'net.core.somaxconn'] as const
const defaults: Readonly<Record<string, string>> = {
  'net.ipv4.tcp_keepalive_time': '7200',
  'net.ipv4.tcp_keepalive_intvl': '75',
  'net.ipv4.tcp_keepalive_probes': '9',
  'net.core.somaxconn': '4096',
}

const line = fc.oneof(
  fc
    .tuple(fc.constantFrom(...keys), fc.integer({ min: 1, max: 100 }), fc.constantFrom('', '-'))
    .map(([key, value, mark]) => `${mark}${key} = ${value}`),
  fc.tuple(fc.constantFrom(...keys), fc.integer({ min: 1, max: 100 })).map(([key, value]) => `  ${key.replaceAll('.', '/')}=${value}  `),
  fc.integer({ min: 1, max: 100 }).map((value) => `net.ipv4.tcp_keepalive_* = ${value}`),
  fc.integer({ min: 1, max: 100 }).map((value) => `net/ipv4/tcp_keepalive_??????=${value}`),
  fc.constantFrom(
    '-net.ipv4.tcp_keepalive_time',
    '-net/ipv4/tcp_keepalive_intvl',
    '# net.core.somaxconn = 5',
    '; x',
    '',
    'nonsense',
    'net.core.nothing = 1',
  ),
)
const file = fc.oneof(
  { weight: 6, arbitrary: fc.array(line, { maxLength: 5 }).map((lines) => lines.join('\n')) },
  { weight: 1, arbitrary: fc.constant(null) },
)
const layout = fc.dictionary(
  fc
    .tuple(
      fc.constantFrom('/etc', '/run', '/usr/lib'),
      fc.constantFrom('10-a.conf', '50-b.conf', '99-z.conf', 'zz-hostler.conf', 'a.conf.bak', 'B.conf'),
    )
    .map(([folder, name]) => `${folder}/sysctl.d/${name}`),
  file,
  { maxKeys: 7 },
)

const realTest: ReturnType<typeof labTest> = existsSync(reader)
  ? labTest(test, { root: true })
  : (title, implementation) => test.skip(title, implementation)

realTest('what is said to win at boot is what systemd-sysctl really sets', async (t) => {
  t.timeout(120_000)
  // In a network namespace, so that nothing of this machine changes; its own files are hidden by mounts.
  const script = [
    'mount -t tmpfs tmpfs /run && mkdir /run/sysctl.d && cp -a "$1"/run/sysctl.d/. /run/sysctl.d/',
    'mount --bind "$1"/etc/sysctl.d /etc/sysctl.d',
    'mount --bind "$1"/usr/lib/sysctl.d /usr/lib/sysctl.d',
    `${reader} 2>/dev/null; sysctl -n ${keys.join(' ')}`,
  ].join(' && ')
  await fc.assert(
    fc.asyncProperty(layout, async (files) => {
      await using scratch = await scratchDirectory()
      const root = scratch.path
      await writeHost(root, { [reader]: '' })
      for (const folder of ['/etc', '/run', '/usr/lib']) await mkdir(join(root, folder, 'sysctl.d'), { recursive: true })
      await write(root, files)
      const { stdout } = await run('unshare', ['--net', '--mount', 'sh', '-c', script, 'sh', root])
      const expected = await Promise.all(keys.map(async (key) => (await winnerOf(root, key))?.value ?? defaults[key]))
      t.deepEqual(stdout.trim().split('\n'), expected, JSON.stringify(files))
    }),
    { numRuns: 60 },
  )
})
