import { readFileSync } from 'node:fs'
import test from 'ava'
import fc from 'fast-check'
import { KernelEventReader } from '../../../../agent/diagnose/kmsg/events.ts'
import { parseRecord } from '../../../../agent/diagnose/kmsg/record.ts'
import type { TimelineEvent } from '../../../../shared/diagnosis/timeline.ts'

const nobody = { gpuAt: () => '', replicaOf: () => '' }

const captured = readFileSync(new URL('../../../fixtures/kmsg/h200-580.159.04-xid31.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n')

const eventsOf = (
  lines: readonly string[],
  whose: { gpuAt(bus: string): string; replicaOf(container: string, cgroup: string): string } = nobody,
): TimelineEvent[] => {
  const reader = new KernelEventReader(whose)
  const events = lines.flatMap((text, at) => reader.take({ text, fragment: false, atUnixMs: at * 10 }))
  return [...events, ...reader.flush()]
}

test('A record is read with its level, facility, sequence, time and text, without the dictionary that follows', (t) => {
  t.deepEqual(parseRecord('6,339,5140900,-,caller=T12;NET: Registered protocol family 10\n SUBSYSTEM=net\n DEVICE=n3\n'), {
    level: 6,
    facility: 0,
    sequence: 339,
    sinceBootMs: 5140.9,
    fragment: false,
    text: 'NET: Registered protocol family 10',
  })
  t.like(parseRecord('12,1116,2103194382,c;name \\xe4\\xbd\\xa0 \\x0a end\n'), {
    level: 4,
    facility: 1,
    fragment: true,
    text: 'name 你 \n end',
  })
  for (const broken of ['', 'hello', '6,1,2;x', ' SUBSYSTEM=net', '6,1,2,?;x']) t.is(parseRecord(broken), undefined)
})

test('No record makes the reader throw', (t) => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.string({ maxLength: 200 }).map((text) => `3,1,2,c;${text}`),
      ),
      (raw) => {
        const record = parseRecord(raw)
        if (record) eventsOf([record.text])
      },
    ),
  )
  t.pass()
})

test('A real Xid 31 of an H200 becomes one event that names the GPU and the process, and keeps no identity of the board', (t) => {
  const lines = captured.map((raw) => parseRecord(raw)?.text ?? '')
  const [event, ...more] = eventsOf(lines)
  t.deepEqual(more, [])
  t.like(event, { code: 'kernel.xid', source: 'kernel', subject: 'gpu/GPU-00000000-0000-4000-8000-0000000000a2' })
  t.like(event?.params, { code: 31, bus: '0000:00:06.0', pid: 436, process: 'bad' })
  t.regex(event?.line ?? '', /^NVRM: Xid .* MMU Fault/)
  t.notRegex(JSON.stringify(eventsOf(lines).map(({ line }) => line)), /1650000000002|8000-0000000000a2/)
})

test('What the agent knows of a GPU wins over what the driver said, and a container is told as its replica', (t) => {
  const container = '4e5b6c7d8e9f'.repeat(6).slice(0, 64)
  const lines = [
    'NVRM: Xid (PCI:0000:05:00): 79, pid=12, name=python3, GPU has fallen off the bus.',
    `oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=${container},mems_allowed=0,oom_memcg=/docker/${container},task_memcg=/docker/${container},task=llama-server,pid=77,uid=0`,
    'Memory cgroup out of memory: Killed process 77 (llama-server) total-vm:1048576kB, anon-rss:262144kB, file-rss:8192kB, shmem-rss:0kB, UID:0 pgtables:1200kB oom_score_adj:0',
  ]
  const whose = {
    gpuAt: (bus: string) => (bus === '0000:05:00.0' ? 'GPU-known' : ''),
    replicaOf: (id: string) => (id === container ? 'chat-1-0' : ''),
  }
  const [xid, kill, ...more] = eventsOf(lines, whose)
  t.deepEqual(more, [])
  t.is(xid?.subject, 'gpu/GPU-known')
  t.is(kill?.subject, 'replica/chat-1-0')
  t.deepEqual(kill?.params, {
    scope: 'cgroup',
    process: 'llama-server',
    pid: 77,
    cgroup: `/docker/${container}`,
    container,
    replica: 'chat-1-0',
    anonMiB: 256,
  })
})

test('An oom-kill whose second line never comes is told, and so is a second line without its first', (t) => {
  const first =
    'oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/a,task=python3,pid=5,uid=0'
  const second = 'Out of memory: Killed process 6 (java) total-vm:1kB, anon-rss:2048kB, file-rss:0kB'
  t.deepEqual(
    eventsOf([first]).map(({ params }) => params.pid),
    [5],
  )
  t.deepEqual(
    eventsOf([second]).map(({ params }) => [params.pid, params.scope, params.anonMiB]),
    [[6, 'host', 2]],
  )
  t.deepEqual(
    eventsOf([first, second]).map(({ params }) => params.pid),
    [5, 6],
  )
})

test('A line that the kernel cut in two is put together, and whole lines that it marks as parts are not', (t) => {
  const reader = new KernelEventReader(nobody)
  const take = (text: string, fragment: boolean) => reader.take({ text, fragment, atUnixMs: 0 })
  t.deepEqual(take('neighbour: arp_cache: ', true), [])
  t.is(take('neighbor table overflow!', true)[0]?.code, 'kernel.neighbour-overflow')
  t.is(eventsOf(captured.map((raw) => parseRecord(raw)?.text ?? '')).length, 1)
})

test('A hundred thousand repetitions of one fault within a second are one event, and are counted', (t) => {
  const reader = new KernelEventReader(nobody)
  let told = 0
  for (let at = 0; at < 100_000; at += 1)
    told += reader.take({
      text: 'NVRM: Xid (PCI:0000:05:00): 13, pid=9, name=python3, Graphics Exception',
      fragment: false,
      atUnixMs: at / 101,
    }).length
  t.is(told, 1)
  t.is(reader.repeated, 99_999)
})
