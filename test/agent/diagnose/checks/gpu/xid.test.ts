import test from 'ava'
import { judgeXids } from '../../../../../agent/diagnose/checks/gpu/xid.ts'
import { KernelEventReader } from '../../../../../agent/diagnose/kmsg/events.ts'
import { xids } from '../../../../../shared/diagnosis/catalogue/xid.ts'
import { gpu as inEnglish } from '../../../../../shared/diagnosis/words/en/gpu.ts'
import { gpu as inChinese } from '../../../../../shared/diagnosis/words/zh/gpu.ts'

const reading = { reading: true, errno: '', problem: '' }

const minuteMs = 60_000
const xid = (code: number, atMinutes = 0, name = 'python3') => ({
  atMinutes,
  line: `NVRM: Xid (PCI:0000:05:00): ${code}, pid=7, name=${name}, something`,
})

const judge = (...lines: readonly { readonly atMinutes: number; readonly line: string }[]) => {
  const reader = new KernelEventReader({ gpuAt: () => 'GPU-a', replicaOf: () => '' })
  const events = lines.flatMap(({ atMinutes, line }) => reader.take({ text: line, fragment: false, atUnixMs: atMinutes * minuteMs }))
  return judgeXids(events, reading).findings
}

test('Each code has its kind and what to do, and is one finding for each GPU however often it came', (t) => {
  const [fallen, memory, program, ...more] = judge(xid(79), xid(48, 1), xid(31, 2), xid(31, 3), xid(31, 4))
  t.deepEqual(more, [])
  t.like(fallen, { verdict: 'CRITICAL', subject: 'gpu/GPU-a', params: { code: 79, kind: 'bus', action: 'reboot', times: 1 } })
  t.like(memory, { verdict: 'CRITICAL', params: { code: 48, kind: 'memory', action: 'reset' } })
  t.like(program, { verdict: 'WARNING', params: { code: 31, kind: 'program', action: 'restart', times: 3, recurring: false } })
})

test('What comes back again and again is in the hardware: a fault after its remedy, or the same one of unlike programs', (t) => {
  t.like(judge(xid(79), xid(79, 60), xid(79, 120))[0], { params: { recurring: true, action: 'replace' } })
  t.like(judge(xid(79), xid(79, 1), xid(79, 2))[0], { params: { recurring: false, action: 'reboot' } })
  t.like(judge(xid(13, 0, 'a'), xid(13, 1, 'b'), xid(13, 2, 'c'))[0], {
    verdict: 'CRITICAL',
    params: { recurring: true, processes: ['a', 'b', 'c'] },
  })
})

test('A code that is not in the table is told as such, and a consequence of another is no alarm', (t) => {
  t.like(judge(xid(999))[0], { verdict: 'WARNING', params: { kind: '', action: '' } })
  t.like(judge(xid(45))[0], { verdict: 'INFO', params: { kind: 'after' } })
})

test('Faults of NVSwitches are told with their links, fatal ones as critical', (t) => {
  const line = (severity: string, link: number) => ({
    atMinutes: link,
    line: `nvidia-nvswitch0: SXid (PCI:0000:05:00.0): 20034, ${severity}, Link ${link} LTSSM Fault Up`,
  })
  const [finding, ...more] = judge(line('Fatal', 48), line('Fatal', 63))
  t.deepEqual(more, [])
  t.like(finding, { verdict: 'CRITICAL', params: { fatal: true, times: 2, links: [48, 63] } })
})

test('A kernel log that may not be read is not one without faults', (t) => {
  t.like(judgeXids([], { reading: false, errno: 'EPERM', problem: 'no' }).findings[0], { code: 'looking.forbidden', verdict: 'UNKNOWN' })
  t.like(judgeXids([], { reading: false, errno: 'ENOENT', problem: 'no such file' }).findings[0], {
    code: 'looking.failed',
    verdict: 'UNKNOWN',
  })
})

test('Every code has words for what it is and what to do, in both languages', (t) => {
  for (const words of [inEnglish, inChinese]) {
    const titles = new Set<string>()
    for (const [code, { kind, action }] of Object.entries(xids)) {
      for (const recurring of [false, true]) {
        const { title, why, remedies } = words.findings['gpu.xid']({
          uuid: 'GPU-a',
          bus: '0000:05:00.0',
          code: Number(code),
          kind,
          action,
          times: 1,
          processes: [],
          recurring,
        })
        titles.add(title)
        t.notRegex(`${title}${why}`, /undefined|\[object/)
        t.true(remedies.length > 0)
      }
    }
    t.is(titles.size, Object.keys(xids).length)
  }
})
