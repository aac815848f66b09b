import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import test from 'ava'
import type { Collector } from '../../../../agent/observe/metrics/collector.ts'
import { kernelCollector } from '../../../../agent/observe/metrics/kernel.ts'
import { neighbours, networkTableCollector, nicCollector, paired } from '../../../../agent/observe/metrics/network.ts'
import { diskCollector, filesystemCollector } from '../../../../agent/observe/metrics/storage.ts'
import type { NicInfo } from '../../../../shared/fleet/inventory.ts'
import { SeriesTable } from '../../../../shared/metrics/series-table.ts'
import { scratchDirectory } from '../../../support/scratch.ts'

const never = new AbortController().signal

const put = async (root: string, files: Readonly<Record<string, string>>): Promise<void> => {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true })
    await writeFile(join(root, name), text)
  }
}

const figuresOf = (collector: Collector) => {
  const table = new SeriesTable()
  return async (): Promise<ReadonlyMap<string, number>> => {
    table.fill(await collector.collect(never))
    return new Map(table.series().map(({ name, labels, value }) => [[name, ...labels].join('/'), value]))
  }
}

const stat = (user: number, idle: number) =>
  `cpu  ${user} 0 100 ${idle} 50 0 7 3 0 0\ncpu0 1 0 0 0 0 0 0 0 0 0\ncpu1 1 0 0 0 0 0 0 0 0 0\nintr 12345 0 0\nctxt 1\n`

test('CPU, memory, pressure, load and OOM kills are read as the kernel writes them', async (t) => {
  await using scratch = await scratchDirectory()
  await put(scratch.path, {
    stat: stat(1_000, 10_000),
    meminfo:
      'MemTotal:       24684084 kB\nMemFree:        20000000 kB\nMemAvailable:   23000000 kB\nBuffers: 1 kB\nCached:          3000000 kB\nSwapCached:            5 kB\nDirty:               128 kB\nSwapTotal:             0 kB\nSwapFree:              0 kB\n',
    loadavg: '3.94 3.44 2.38 4/512 12345\n',
    vmstat: 'nr_free_pages 1\noom_kill 4\npgfault 9\n',
    'pressure/memory': 'some avg10=12.50 avg60=1.00 avg300=0.00 total=6675000\nfull avg10=0.25 avg60=0.00 avg300=0.00 total=1915000\n',
  })
  const read = figuresOf(kernelCollector(scratch.path))
  const first = await read()
  t.is(first.get('hostler_host_cpu_seconds_total/user'), 10)
  t.is(first.get('hostler_host_cpu_seconds_total/steal'), 0.03)
  t.is(first.get('hostler_host_cpus'), 2)
  t.false(first.has('hostler_host_cpu_utilization_ratio'), 'of the first look there is no share yet')
  t.is(first.get('hostler_host_memory_available_bytes'), 23_000_000 * 1024)
  t.is(first.get('hostler_host_memory_cached_bytes'), 3_000_000 * 1024, 'not SwapCached')
  t.is(first.get('hostler_host_swap_total_bytes'), 0)
  t.is(first.get('hostler_host_oom_kills_total'), 4)
  t.is(first.get('hostler_host_load5'), 3.44)
  t.is(first.get('hostler_host_pressure_ratio/memory/some'), 0.125)
  t.is(first.get('hostler_host_pressure_seconds_total/memory/full'), 1.915)
  t.false(first.has('hostler_host_pressure_ratio/io/some'), 'a kernel without that file')
  await writeFile(join(scratch.path, 'stat'), stat(1_025, 10_075))
  t.is((await read()).get('hostler_host_cpu_utilization_ratio'), 0.25)
  await rm(join(scratch.path, 'loadavg'))
  await rm(join(scratch.path, 'meminfo'))
  await writeFile(join(scratch.path, 'stat'), '')
  t.false((await read()).has('hostler_host_cpus'))
})

test('of the network only the interfaces of the inventory are counted', async (t) => {
  await using scratch = await scratchDirectory()
  await put(scratch.path, {
    'net/dev':
      'Inter-|   Receive                                                |  Transmit\n face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n    lo:  100 1 0 0 0 0 0 0 100 1 0 0 0 0 0 0\n  eth0: 1000 10 2 3 0 0 0 0 2000 20 4 5 0 0 0 0\nveth9ab: 7 1 0 0 0 0 0 0 7 1 0 0 0 0 0 0\n',
  })
  const nics = [{ name: 'eth0', up: true, speedMbps: 100_000 } as NicInfo]
  const figures = await figuresOf(nicCollector(() => nics, scratch.path))()
  t.deepEqual(Object.fromEntries(figures), {
    'hostler_nic_receive_bytes_total/eth0': 1000,
    'hostler_nic_receive_packets_total/eth0': 10,
    'hostler_nic_receive_errors_total/eth0': 2,
    'hostler_nic_receive_drops_total/eth0': 3,
    'hostler_nic_transmit_bytes_total/eth0': 2000,
    'hostler_nic_transmit_packets_total/eth0': 20,
    'hostler_nic_transmit_errors_total/eth0': 4,
    'hostler_nic_transmit_drops_total/eth0': 5,
    'hostler_nic_up/eth0': 1,
    'hostler_nic_speed_bytes_per_second/eth0': 12.5e9,
  })
})

test('neighbour tables have a hexadecimal row a CPU: entries once, overflows added up', async (t) => {
  const text = 'entries  allocs   destroys table_fulls \n0000001f  00000010 00000000 0000000a \n0000001f  00000010 00000000 00000006 \n'
  t.deepEqual(neighbours(text), { entries: 31, tableFulls: 16 })
  t.deepEqual(
    neighbours('entries  allocs \n00000003  00000010 \n'),
    { entries: 3, tableFulls: undefined },
    'a kernel before it counted them',
  )
  t.is(neighbours(''), undefined)
  t.is(paired('Ip: A B\nIp: 1 2\nTcp: RetransSegs X\nTcp: 271 5\n', 'Tcp:').get('RetransSegs'), 271)
  await using scratch = await scratchDirectory()
  await put(scratch.path, {
    'net/stat/arp_cache': text,
    'sys/net/ipv4/neigh/default/gc_thresh3': '1024\n',
    'sys/net/netfilter/nf_conntrack_count': '12\n',
    'net/netstat': 'TcpExt: SyncookiesSent ListenOverflows ListenDrops TCPFastOpenPassive\nTcpExt: 0 5 6 7\nIpExt: A\nIpExt: 1\n',
  })
  const figures = await figuresOf(networkTableCollector(scratch.path))()
  t.deepEqual(Object.fromEntries(figures), {
    'hostler_neighbour_entries/ipv4': 31,
    'hostler_neighbour_table_fulls_total/ipv4': 16,
    'hostler_neighbour_threshold/ipv4/3': 1024,
    hostler_conntrack_entries: 12,
    hostler_tcp_listen_overflows_total: 5,
    hostler_tcp_listen_drops_total: 6,
    hostler_tcp_fastopen_passive_total: 7,
  })
})

test('a path that does not exist is counted with the file system it would be on, and its disk with it', async (t) => {
  await using scratch = await scratchDirectory()
  const devices = new Map<string, string>()
  const read = figuresOf(filesystemCollector('models', join(scratch.path, 'not/yet/there'), (use, number) => devices.set(use, number)))
  const figures = await read()
  const [size] = [...figures].find(([key]) => key.startsWith('hostler_filesystem_size_bytes/models/')) ?? []
  t.true((figures.get(size ?? '') ?? 0) > 0)
  t.regex(devices.get('models') ?? '', /^\d+:\d+$/)
  await put(scratch.path, {
    diskstats: ' 254       0 vda 10 0 200 5 20 0 400 6 0 1500 11 0 0 0 0\n   7       0 loop0 1 0 1 1 1 0 1 1 0 1 1\n',
  })
  t.deepEqual(Object.fromEntries(await figuresOf(diskCollector(() => new Set(['254:0']), scratch.path))()), {
    'hostler_disk_reads_total/vda': 10,
    'hostler_disk_read_bytes_total/vda': 200 * 512,
    'hostler_disk_writes_total/vda': 20,
    'hostler_disk_written_bytes_total/vda': 400 * 512,
    'hostler_disk_io_seconds_total/vda': 1.5,
  })
})
