import test from 'ava'
import { meshFindings } from '../../../../controller/domain/mesh/findings.ts'
import { solve } from '../../../../controller/domain/mesh/solve.ts'
import type { Mesh, PeerProbe } from '../../../../shared/diagnosis/mesh.ts'
import { thresholds as thresholdsSchema } from '../../../../shared/diagnosis/thresholds.ts'
import { wordsIn } from '../../../../shared/diagnosis/words/words.ts'
import { type Path, simulate, wellPath } from './simulate.ts'

const thresholds = thresholdsSchema.parse({})
const hosts = ['a', 'b', 'c', 'd']
const quiet = () => 0.5

const findingsOf = (mesh: Mesh) => meshFindings(mesh, solve(mesh, thresholds))
const touching = (host: string, harm: Partial<Path>) => (from: string, to: string) =>
  from === host || to === host ? { ...wellPath, ...harm } : wellPath
const changed = (mesh: Mesh, change: (probe: PeerProbe, from: string, to: string) => PeerProbe): Mesh => ({
  ...mesh,
  cells: mesh.cells.map((cell) => (cell.probe === null ? cell : { ...cell, probe: change(cell.probe, cell.from, cell.to) })),
})

test('a bad host carries its cells as evidence and what was ruled out, and is likely rather than certain', (t) => {
  const mesh = changed(simulate(hosts, touching('b', { mbps: 400 }), quiet), (probe) => ({ ...probe, gateway: probe.idle }))
  const [found, ...others] = findingsOf(mesh)
  t.deepEqual(others, [])
  t.like(found, { code: 'network.bad-host', subject: 'host/b', confidence: 'likely', verdict: 'CRITICAL' })
  t.is(found?.evidence[0]?.lines.length, 3)
  t.regex(found?.evidence[0]?.lines[0] ?? '', /^. <-> .: 384 Mbit\/s, expected 10000$/)
  t.deepEqual(
    found?.ruledOut.map(({ cause }) => cause),
    ['network.others-are-well', 'network.first-hop-is-well', 'network.cpu-has-room'],
  )
})

test('severity follows the figure: little loss is a warning, much is critical, and late answers are a warning', (t) => {
  const verdictOf = (harm: Partial<Path>) => findingsOf(simulate(hosts, touching('b', harm), quiet))[0]?.verdict
  t.is(verdictOf({ lossPercent: 2 }), 'WARNING')
  t.is(verdictOf({ lossPercent: 10 }), 'CRITICAL')
  t.is(verdictOf({ mbps: 6_000 }), 'WARNING')
  t.is(verdictOf({ latencyMs: 20 }), 'WARNING')
  t.is(verdictOf({ mtuBytes: 1_500 }), 'CRITICAL')
})

test('a processor core that was used up is told of, and the link is not accused', (t) => {
  const mesh = changed(simulate(hosts, touching('b', { mbps: 4_000 }), quiet), (probe, from, to) => {
    const used = from === 'b' || to === 'b' ? 99 : 40
    const busy = (through: PeerProbe['forward']) => through && { ...through, senderCpuPercent: used }
    return { ...probe, forward: busy(probe.forward), reverse: busy(probe.reverse) }
  })
  const found = findingsOf(mesh)
  t.deepEqual(
    found.map(({ code, verdict }) => [code, verdict]),
    [['network.cpu-bound', 'INFO']],
  )
})

test('a host whose MTU differs is named by itself, critical only where packets were lost', (t) => {
  const mtuOf = (host: string) => (host === 'c' ? 1_500 : 9_000)
  const swallowed = findingsOf(simulate(hosts, touching('c', { mtuBytes: 1_500 }), quiet, mtuOf))
  t.deepEqual(
    swallowed.map(({ code, subject, verdict }) => [code, subject, verdict]),
    [['network.mtu-differs', 'host/c', 'CRITICAL']],
  )
  const routed = findingsOf(simulate(hosts, () => wellPath, quiet, mtuOf))
  t.like(routed[0], { code: 'network.mtu-differs', verdict: 'WARNING', params: { mtuBytes: 1_500, othersBytes: 9_000 } })
})

test('what hindered a measurement is UNKNOWN, once a host, and pairs that were left out are counted', (t) => {
  const missing = { code: 'looking.program-missing', params: { program: 'iperf3', package: 'iperf3' } }
  const mesh = changed(
    simulate(hosts, () => wellPath, quiet),
    (probe, from) => ({ ...probe, problems: from === 'a' ? [missing, missing] : [] }),
  )
  const cells = mesh.cells.map((cell, index) => (index === 0 ? { ...cell, probe: null, skipped: 'd: under load' } : cell))
  const found = findingsOf({ ...mesh, cells })
  t.true(found.every(({ verdict }) => verdict === 'UNKNOWN'))
  t.is(found.filter(({ code }) => code === 'looking.program-missing').length, 1)
  t.like(found.at(-1), { code: 'network.pairs-not-measured', params: { pairs: 1, of: 6, reasons: ['d: under load'] } })
})

test('every place and symptom has words in both languages that name it', (t) => {
  const halves = (from: string, to: string) => ('ab'.includes(from) === 'ab'.includes(to) ? wellPath : { ...wellPath, mbps: 500 })
  const link = (from: string, to: string) => ([from, to].toSorted().join('') === 'ab' ? { ...wellPath, lossPercent: 100 } : wellPath)
  const meshes = [
    simulate(hosts, touching('b', { lossPercent: 30 }), quiet),
    simulate(hosts, halves, quiet),
    simulate(hosts, link, quiet),
    simulate(hosts, () => ({ ...wellPath, mtuBytes: 1_400 }), quiet),
    simulate(['a', 'b'], (from) => (from === 'a' ? { ...wellPath, mbps: 90 } : wellPath), quiet),
    simulate(hosts, touching('d', { latencyMs: 40 }), quiet),
  ]
  const found = meshes.flatMap(findingsOf)
  t.is(found.length, 6)
  for (const language of ['en', 'zh'] as const) {
    const words = wordsIn(language)
    for (const finding of found) {
      const { title, why, remedies } = words.finding(finding)
      t.false(title.includes(finding.code), title)
      t.true(why.length > 10 && remedies.length > 0)
      for (const cause of finding.ruledOut) t.false(words.cause(cause).includes(cause.cause), words.cause(cause))
    }
  }
})
