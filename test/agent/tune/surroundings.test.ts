import { readFile } from 'node:fs/promises'
import test from 'ava'
import { placesAt } from '../../../agent/tune/places.ts'
import { type HostFacts, longestBacklog, type Surrounding, useOf } from '../../../agent/tune/use.ts'
import { startProcess } from '../../lab/process.ts'
import { labTest } from '../../lab/requires.ts'
import { scratchDirectory } from '../../support/scratch.ts'
import { floor, noSignal, openTuner, profileOf, setting } from './scratch-host.ts'

const facts: HostFacts = { swaps: '', numaNodes: 0, neighbours: 0, trackedConnections: '' }
const place = (more: Partial<Surrounding>): Surrounding => ({ name: 'the host', listeners: '', counters: '', somaxconn: '4096', ...more })

const listening = `LISTEN 0      511                              0.0.0.0:8000        0.0.0.0:*
LISTEN 0      4096                                   *:9000              *:*
LISTEN 0      128                                [::1]:22             [::]:*
`

test('the longest backlog tells whether a limit for backlogs does anything', (t) => {
  t.deepEqual(longestBacklog(listening), { backlog: 4096, address: '*:9000' })
  t.like(useOf('net.core.somaxconn', [place({ listeners: listening })], facts), { used: 'used' })
  const unused = useOf('net.core.somaxconn', [place({ listeners: listening, somaxconn: '65535' })], facts)
  t.is(unused.used, 'unused')
  t.regex(unused.usedBy, /set but unused: the longest backlog is 4096, of \*:9000 on the host/)
  t.is(useOf('net.core.somaxconn', [place({})], facts).used, 'unknown')
})

test('fast open is used when a connection was ever opened with it', (t) => {
  const counters = (passive: number) =>
    `TcpExt: SyncookiesSent TCPFastOpenActive TCPFastOpenPassive\nTcpExt: 7 0 ${passive}\nIpExt: X\nIpExt: 1\n`
  t.is(useOf('net.ipv4.tcp_fastopen', [place({ counters: counters(0) })], facts).used, 'unused')
  t.is(useOf('net.ipv4.tcp_fastopen', [place({ counters: counters(0) }), place({ counters: counters(2) })], facts).used, 'used')
  t.is(useOf('net.ipv4.tcp_fastopen', [place({})], facts).used, 'unknown')
})

test('settings for what this host does not have are said to do nothing', (t) => {
  t.like(useOf('vm.swappiness', [], { ...facts, swaps: 'Filename Type\n' }), { used: 'unused' })
  t.like(useOf('vm.swappiness', [], { ...facts, swaps: 'Filename Type\n/dev/sda2 partition\n' }), { used: 'used' })
  t.like(useOf('kernel.numa_balancing', [], { ...facts, numaNodes: 1 }), { used: 'unused' })
  t.like(useOf('kernel.numa_balancing', [], { ...facts, numaNodes: 2 }), { used: 'used' })
  t.is(useOf('fs.file-max', [], facts).used, 'unknown')
})

/** Stands for an engine in a container: listens with the backlog that it is given. */
const engine = (backlog: number) =>
  `require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: ${backlog} }, () => console.log('listening'))`

labTest(test.serial, { root: true })(
  'values inside a container’s own network namespace, and its listeners, are seen as they are there',
  async (t) => {
    await using scratch = await scratchDirectory()
    const shell = 'ip link set lo up && sysctl -qw net.core.somaxconn=777 kernel.shmmni=99 && exec "$@"'
    await using apart = await startProcess('unshare', ['--net', '--ipc', 'sh', '-c', shell, 'sh', process.execPath, '-e', engine(5000)])
    await apart.outputs(/listening/, 20_000)
    await using shared = await startProcess(process.execPath, ['-e', engine(5)])
    await shared.outputs(/listening/, 20_000)
    const host = {
      places: { ...placesAt(''), root: scratch.path },
      containers: () => [
        { replicaId: 'apart', pid: apart.pid },
        { replicaId: 'shared', pid: shared.pid },
        { replicaId: 'gone', pid: 2 ** 22 - 1 },
      ],
    }
    await using tuner = await openTuner({ root: scratch.path, stateDir: scratch.path, host })
    const keys = [
      floor('net.core.somaxconn', 65_535),
      setting('kernel.shmmni', 4096),
      setting('vm.swappiness', 10),
      floor('net.ipv4.neigh.default.gc_thresh1', 1),
    ]
    const answer = await tuner.answer('plan', profileOf(keys), noSignal)
    const insideOf = (key: string) => answer.rows.find((row) => row.key === key)?.containers
    const onHost = (await readFile('/proc/sys/net/core/somaxconn', 'utf8')).trim()
    t.deepEqual(insideOf('net.core.somaxconn'), [
      { replicaId: 'apart', value: '777', own: true },
      { replicaId: 'shared', value: onHost, own: false },
    ])
    t.is(insideOf('kernel.shmmni')?.[0]?.value, '99')
    t.deepEqual(insideOf('vm.swappiness'), [])
    // The whole host's, so there is nothing of it inside.
    t.deepEqual(
      insideOf('net.ipv4.neigh.default.gc_thresh1')?.map(({ replicaId }) => replicaId),
      ['shared'],
    )
    const somaxconn = answer.rows.find(({ key }) => key === 'net.core.somaxconn')
    t.regex(somaxconn?.message ?? '', /until they are started again: apart \("777"\)/)
    t.is(somaxconn?.used, 'used')
    t.regex(somaxconn?.usedBy ?? '', /on apart listens with a backlog of 777/)
  },
)
