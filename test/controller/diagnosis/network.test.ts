import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { faultReport } from '../../../shared/diagnosis/report.ts'
import type { Answerers } from '../../../shared/fleet/ask.ts'
import { eventually } from '../../lab/wait.ts'
import { joinAgent } from '../../support/agent.ts'
import { startTestController } from '../../support/controller.ts'
import { scratchDirectory } from '../../support/scratch.ts'
import { run, start } from '../cli/support/run.ts'
import { answering, diagnosisOf, result, unheardOf } from './answers.ts'

const latency = { sent: 10, received: 10, lossPercent: 0, minMs: 0.1, averageMs: 0.2, maxMs: 0.3, deviationMs: 0.1 }
const flow = { mbps: 9_400, retransmits: 0, senderCpuPercent: 10, receiverCpuPercent: 10 }

/** Answers a probe with the figures of a link that is well. */
const peer: Answerers = {
  ...answering(() => diagnosisOf([result('network.cards')])),
  'peer-serve': async function* (_ask, signal) {
    yield Buffer.from(JSON.stringify({ port: 5201, linkMbps: 10_000, mtuBytes: 1_500, busyMbps: 0 }))
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  },
  'peer-probe': async function* () {
    const probe = {
      idle: latency,
      loaded: latency,
      after: latency,
      gateway: null,
      forward: flow,
      reverse: flow,
      mtu: null,
      linkMbps: 10_000,
      rateMbps: 9_000,
    }
    yield Buffer.from(JSON.stringify({ ...probe, problems: [], evidence: [] }))
  },
}

test('a diagnosis of the network also measures between the hosts, leaves out one that is away, and shows the matrix in every form', async (t) => {
  await using scratch = await scratchDirectory()
  await using fleet = await startTestController()
  await using _one = await joinAgent(fleet, { name: 'gpu-01', answerers: peer })
  await using _two = await joinAgent(fleet, { name: 'gpu-02', answerers: peer })
  const gone = await joinAgent(fleet, { name: 'gpu-03', answerers: peer })
  await gone.stop()
  const hostler = (line: string) => run(line.split(' '), { credentialsFile: fleet.controller.adminFile })
  const file = join(scratch.path, 'report.html')

  const { exitCode, stdout, stderr } = await hostler(`diagnose network --file ${file} --lang zh`)
  t.is(exitCode, 12, stderr)
  t.regex(stdout, /^未知 {2}/)
  t.regex(stderr, /round 1 of 1, 0 of 1 pairs measured/)
  t.regex(await readFile(file, 'utf8'), /<h2>主机间网络<\/h2>/)

  const report = faultReport.parse(JSON.parse((await hostler('report show -o json')).stdout))
  t.deepEqual(report.mesh?.hosts, ['gpu-01', 'gpu-02', 'gpu-03'])
  const between = (a: string, b: string) => report.mesh?.cells.find(({ from, to }) => [from, to].toSorted().join() === [a, b].join())
  t.is(between('gpu-01', 'gpu-02')?.probe?.forward?.mbps, 9_400)
  t.is(between('gpu-01', 'gpu-03')?.probe, null)
  t.regex(between('gpu-02', 'gpu-03')?.skipped ?? '', /gpu-03: the agent of gpu-03 is not connected/)
  t.regex((await hostler('report show')).stdout, /gpu-01 +9\.4 Gbit\/s +·\n/)
})

test('one host alone is looked at without a mesh', async (t) => {
  await using fleet = await startTestController()
  await using _one = await joinAgent(fleet, { name: 'gpu-01', answerers: peer })
  const { exitCode, stdout } = await run(['diagnose', 'network'], { credentialsFile: fleet.controller.adminFile })
  t.is(exitCode, 0)
  t.notRegex(stdout, /Network between hosts/)
})

test('--watch shows the whole once and then what changes, and keeps no report for nothing new', async (t) => {
  await using fleet = await startTestController()
  let findings = [unheardOf()]
  let asked = 0
  await using _one = await joinAgent(fleet, {
    name: 'gpu-01',
    answerers: answering(() => {
      asked += 1
      return diagnosisOf([result('host.heat', findings)])
    }),
  })
  const pressed = new AbortController()
  const credentialsFile = fleet.controller.adminFile
  const running = start(['diagnose', 'host', '--watch', '--interval', '20ms'], { credentialsFile, signal: pressed.signal })
  const until = (what: string, done: () => boolean) => eventually(done, { deadlineMs: 20_000, what })
  await until('three looks', () => asked >= 3)
  findings = []
  await until('the fault to go', () => /− CRITICAL {2}gpu-01: gpu\.melted/.test(running.stdout()))
  findings = [unheardOf('host', 'WARNING')]
  await until('another fault', () => /\+ WARNING {2}gpu-01: gpu\.melted/.test(running.stdout()))
  const looks = asked
  await until('two more looks', () => asked >= looks + 2)
  pressed.abort()
  t.is((await running.ended).exitCode, 130)
  t.is(running.stdout().match(/What was found/g)?.length, 1)
  const { stdout } = await run(['report', 'list', '-o', 'name'], { credentialsFile })
  t.is(stdout.trim().split('\n').length, 3)
})
