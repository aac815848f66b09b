import test from 'ava'
import { tuneLines } from '../../../../controller/cli/output/tune.ts'
import { paintFor } from '../../../../controller/cli/terminal/colour.ts'
import { textWidth } from '../../../../controller/cli/terminal/width.ts'
import type { TuneAction, TuneAnswer, TuneRow } from '../../../../shared/tuning/answer.ts'

const row = (key: string, change: Partial<TuneRow> = {}): TuneRow => ({
  kind: 'sysctl',
  key,
  comparison: 'exact',
  wanted: '10',
  live: '60',
  persisted: [],
  containers: [],
  used: 'unknown',
  usedBy: '',
  state: 'differs',
  step: 'set-and-persist',
  before: null,
  message: '',
  reason: 'weights must stay in memory',
  source: 'a measurement',
  ...change,
})
const answer = (action: TuneAction, rows: readonly TuneRow[], change: Partial<TuneAnswer> = {}): TuneAnswer => ({
  action,
  profile: 'inference',
  atUnixMs: 1,
  state: 'applied',
  message: '',
  rows: [...rows],
  conflicts: [],
  ...change,
})
const paint = paintFor(false, true)
const lines = (told: TuneAnswer, options: { readonly all?: boolean; readonly wide?: boolean; readonly width?: number } = {}) =>
  tuneLines(
    { host: 'gpu-1', answer: told },
    { action: told.action, all: options.all ?? false, table: { width: options.width, wide: options.wide, paint } },
  )

const somaxconn = row('net.core.somaxconn', {
  comparison: 'at-least',
  wanted: '65535',
  live: '4096',
  persisted: [
    { file: '/etc/sysctl.conf', line: 12, value: '128', wins: false },
    { file: '/etc/sysctl.d/99-local.conf', line: 3, value: '1024', wins: true },
  ],
  containers: [
    { replicaId: 'ds7b-1', value: '4096', own: true },
    { replicaId: 'ds7b-2', value: '4096', own: true },
    { replicaId: 'ds7b-3', value: null, own: true },
    { replicaId: 'host-net-1', value: '4096', own: false },
  ],
  used: 'unused',
  usedBy: 'no listener asks for more than 4096',
  reason: 'a burst of clients is dropped',
})
const holds = row('vm.max_map_count', { live: '10', state: 'holds', step: 'none' })

test('a plan shows what differs, where it comes from, who has it, what would be done and why, and only counts what holds', (t) => {
  const conflicts = [{ with: 'tuned', keys: ['vm.swappiness'], message: 'it sets 30 whenever it starts', remedy: 'tuned-adm off' }]
  const rows = [somaxconn, row('vm.swappiness', { step: 'conflict' }), holds, row('a.b', { state: 'absent', step: 'none', live: null })]
  t.deepEqual(lines(answer('plan', rows, { conflicts })), [
    'gpu-1  profile inference  1 to set, 1 in conflict, 1 hold, 1 not on this machine',
    '  SETTING             LIVE  WANTED    TO-DO         USED',
    '  net.core.somaxconn  4096  >= 65535  set, persist  unused',
    '    persisted: 1024 at /etc/sysctl.d/99-local.conf:3 (wins), 128 at /etc/sysctl.conf:12',
    '    containers: 4096 in ds7b-1 ds7b-2, unknown in ds7b-3',
    '    no listener asks for more than 4096',
    '    why: a burst of clients is dropped',
    '  vm.swappiness       60    10        conflict      unknown',
    '    why: weights must stay in memory',
    '  conflict with tuned over vm.swappiness: it sets 30 whenever it starts',
    '  remedy: tuned-adm off',
  ])
})

test('with --all what holds is shown too, and wide the sources', (t) => {
  t.deepEqual(lines(answer('plan', [holds]), { all: true, wide: true }), [
    'gpu-1  profile inference  1 hold',
    '  SETTING           LIVE  WANTED  USED',
    '  vm.max_map_count  10    10      unknown',
    '    why: weights must stay in memory',
    '    source: a measurement',
  ])
})

test('what was done says so, and what could not be done says why', (t) => {
  const failed = row('kernel.numa_balancing', { step: 'failed', message: 'permission denied: /proc/sys is read-only', live: null })
  t.deepEqual(lines(answer('apply', [row('vm.swappiness', { live: '10', before: '60', state: 'holds' }), failed], { state: 'partial' })), [
    'gpu-1  profile inference  partial: 1 set, 1 failed',
    '  SETTING                LIVE        WANTED  DONE          BEFORE  USED',
    '  vm.swappiness          10          10      set, persist  60      unknown',
    '  kernel.numa_balancing  unreadable  10      failed        -       unknown',
    '    permission denied: /proc/sys is read-only',
  ])
})

test('a revert tells what was left because somebody else had changed it', (t) => {
  const left = row('vm.swappiness', { step: 'left', live: '1', message: 'somebody set it to 1 since; it is left so' })
  t.deepEqual(lines(answer('revert', [left], { state: 'none', profile: '', message: 'the rest was put back' })), [
    'gpu-1  no profile  1 left as they are',
    '  the rest was put back',
    '  SETTING        LIVE  WANTED  DONE  USED',
    '  vm.swappiness  1     10      left  unknown',
    '    somebody set it to 1 since; it is left so',
  ])
})

test('a host without a profile says so and no more', (t) => {
  t.deepEqual(lines(answer('status', [], { state: 'none', profile: '' })), ['gpu-1  no profile'])
  t.deepEqual(lines(answer('revert', [], { state: 'none', profile: '' })), ['gpu-1  no profile  nothing to do'])
})

test('what a host says cannot steer the terminal, and fits it', (t) => {
  const hostile = row('vm.swappiness', { message: `\x1b[2J${'long words '.repeat(40)}`, reason: '推理'.repeat(60) })
  for (const width of [40, 60, 80, 120]) {
    for (const line of lines(answer('plan', [hostile, somaxconn]), { width }).slice(1)) {
      t.false(line.includes('\x1b'))
      t.true(textWidth(line) <= width, `${width}: ${line}`)
    }
  }
})

test('an error of a host is told in its place', (t) => {
  const told = tuneLines(
    { host: 'gpu-2', error: { code: 'HOST_UNREACHABLE', message: 'the agent of gpu-2 is not connected' } },
    { action: 'plan', all: false, table: { paint } },
  )
  t.deepEqual(told, ['gpu-2  error: the agent of gpu-2 is not connected (HOST_UNREACHABLE)'])
})
