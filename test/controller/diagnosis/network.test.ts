import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { faultReport } from '../../../shared/diagnosis/report.ts'
import { eventually } from '../../lab/wait.ts'
import { joinAgent } from '../../support/agent.ts'
import { startTestController } from '../../support/controller.ts'
import { scratchDirectory } from '../../support/scratch.ts'
import { run, start } from '../cli/support/run.ts'
import { answering, diagnosisOf, result, unheardOf } from './answers.ts'
import { peerWithLoss } from './peer.ts'

const peer = peerWithLoss(() => 0)

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

test('the network is measured on a schedule; a fault that lasts is one report and one event, and its end is told', async (t) => {
  await using fleet = await startTestController({ mesh: { schedule: '* * * * * *', jitterMs: 0, loadMs: 500 } })
  let lossPercent = 20
  let probed = 0
  const peers = peerWithLoss(() => {
    probed += 1
    return lossPercent
  })
  await using _one = await joinAgent(fleet, { name: 'gpu-01', answerers: peers })
  await using _two = await joinAgent(fleet, { name: 'gpu-02', answerers: peers })
  const credentialsFile = fleet.controller.adminFile
  const events = async (reason: string) => {
    const { stdout } = await run(['get', 'events', '-o', 'json'], { credentialsFile })
    return JSON.parse(stdout).items.filter((event: { reason: string }) => event.reason === reason)
  }
  const until = (what: string, done: () => boolean | Promise<boolean>) => eventually(done, { deadlineMs: 30_000, what })
  await until('the fault to be told', async () => (await events('FaultFound')).length > 0)
  const before = probed
  await until('two more measurements', () => probed >= before + 2)
  lossPercent = 0
  await until('its end to be told', async () => (await events('FaultGone')).length > 0)
  const found = await events('FaultFound')
  t.is(found.length, 1)
  t.is(found[0].subject, 'fleet')
  t.true((await events('HostQuarantined')).length > 0)
  const { stdout } = await run(['report', 'list', '-o', 'json'], { credentialsFile })
  // A measurement that came while the second host had joined and was not in touch yet could not look, and says so.
  const looked = JSON.parse(stdout).items.filter(({ verdict }: Record<string, string>) => verdict !== 'UNKNOWN')
  t.deepEqual(
    looked.map(({ trigger, verdict, subject }: Record<string, string>) => [trigger, verdict, subject]),
    [['schedule', found[0].message.split(' ')[0], 'network']],
  )
})
