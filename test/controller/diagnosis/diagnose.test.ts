import test from 'ava'
import { eventually } from '../../lab/wait.ts'
import { joinAgent } from '../../support/agent.ts'
import { startTestController } from '../../support/controller.ts'
import { run, start } from '../cli/support/run.ts'
import { answering, diagnosisOf, missingProgram, result, unheardOf } from './answers.ts'

test('a diagnosis asks the hosts, keeps a report, prints it and ends with the code of its verdict', async (t) => {
  await using fleet = await startTestController()
  await using _well = await joinAgent(fleet, { name: 'gpu-01', answerers: answering(() => diagnosisOf([result('host.load')])) })
  await using _ill = await joinAgent(fleet, {
    name: 'gpu-02',
    answerers: answering(() => diagnosisOf([result('host.load'), result('host.heat', [unheardOf()])])),
  })
  const hostler = (line: string) => run(line.split(' '), { credentialsFile: fleet.controller.adminFile })

  const found = await hostler('diagnose host')
  t.is(found.exitCode, 11, found.stderr)
  t.regex(found.stdout, /^CRITICAL {2}gpu-02: gpu\.melted \(celsius 1064\)\n/)
  t.regex(found.stdout, /nose\n +smells of burnt epoxy/)
  t.regex(found.stderr, /1\/2 gpu-0[12]: looked at\n2\/2 gpu-0[12]: looked at\n/)

  const well = await hostler('diagnose host gpu-01')
  t.is(well.exitCode, 0)
  t.regex(well.stdout, /^PASS {2}Nothing is wrong: 1 check on 1 host found no fault\n/)

  const list = JSON.parse((await hostler('report list -o json')).stdout).items
  t.deepEqual(
    list.map(({ verdict, hosts }: { verdict: string; hosts: string[] }) => [verdict, hosts]),
    [
      ['PASS', ['gpu-01']],
      ['CRITICAL', ['gpu-01', 'gpu-02']],
    ],
  )
  const shown = await hostler(`report show ${list[1].id}`)
  t.is(shown.stdout, found.stdout, 'it is kept as it was shown')
})

test('a host that is away makes the report partial and UNKNOWN, never PASS', async (t) => {
  await using fleet = await startTestController()
  await using _there = await joinAgent(fleet, { name: 'gpu-01', answerers: answering(() => diagnosisOf([result('host.load')])) })
  const gone = await joinAgent(fleet, { name: 'gpu-02', answerers: answering(() => diagnosisOf([result('host.load')])) })
  await gone.stop()
  const { exitCode, stdout, stderr } = await run(['diagnose', 'host'], { credentialsFile: fleet.controller.adminFile })
  t.is(exitCode, 12)
  t.regex(stdout, /^UNKNOWN {2}Not everything could be looked at/)
  t.regex(stdout, /What could not be looked at\n +gpu-02: its agent is not connected to the controller/)
  t.regex(stderr, /gpu-02: could not be asked: the agent of gpu-02 is not connected/)
})

test('what cannot be looked at on a host is told apart from what is wrong', async (t) => {
  await using fleet = await startTestController()
  await using _agent = await joinAgent(fleet, {
    name: 'gpu-01',
    answerers: answering(() => diagnosisOf([result('network.peers', [missingProgram()])])),
  })
  const { exitCode, stdout } = await run(['diagnose', 'network', '--lang', 'zh'], { credentialsFile: fleet.controller.adminFile })
  t.is(exitCode, 12)
  t.regex(stdout, /^未知 {2}部分项目无法检查/)
  t.regex(stdout, /未能检查的项目\n +gpu-01：无法检查：未安装 iperf3/)
})

test('Ctrl-C reaches the agents', async (t) => {
  await using fleet = await startTestController()
  let begun = false
  let cancelled = false
  await using _agent = await joinAgent(fleet, {
    name: 'gpu-01',
    answerers: {
      diagnose: async function* (_ask, signal) {
        begun = true
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
        cancelled = true
        yield Buffer.alloc(0)
      },
    },
  })
  const pressed = new AbortController()
  const running = start(['diagnose', 'host'], { credentialsFile: fleet.controller.adminFile, signal: pressed.signal })
  await eventually(() => begun, { deadlineMs: 20_000, what: 'the agent to be asked' })
  pressed.abort()
  t.is((await running.ended).exitCode, 130)
  await eventually(() => cancelled, { deadlineMs: 20_000, what: 'the agent to be told to stop' })
  t.is((await run(['report', 'list', '-o', 'name'], { credentialsFile: fleet.controller.adminFile })).stdout, '')
})

test('on a terminal, progress is drawn in place and gone when the report is there, and a window that is none is refused', async (t) => {
  await using fleet = await startTestController()
  await using _agent = await joinAgent(fleet, { name: 'gpu-01', answerers: answering(() => diagnosisOf([result('host.load')])) })
  const credentialsFile = fleet.controller.adminFile
  const { stdout, stderr } = await run(['diagnose', 'host'], { credentialsFile, tty: true, columns: 60 })
  t.regex(stdout, /^PASS {2}/)
  t.regex(stderr, /diagnosing 0\/1: gpu-01.*diagnosing 1\/1/s)
  t.true(stderr.endsWith('\x1b[J'), 'nothing of it is left')

  const backwards = await run(['diagnose', 'host', '--from', '1h', '--to', '2h'], { credentialsFile })
  t.is(backwards.exitCode, 2)
  t.regex(backwards.stderr, /it has to begin before it ends/)
  t.is((await run(['diagnose', 'host', '--from', 'yesterday'], { credentialsFile })).exitCode, 2)
  t.is((await run(['diagnose', 'weather'], { credentialsFile })).exitCode, 2)
  t.is((await run(['diagnose', 'host', 'gpu-09'], { credentialsFile })).exitCode, 3)
})
