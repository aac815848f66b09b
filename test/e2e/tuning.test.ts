/** The real command line, controller and agent, and the real kernel: one host is tuned and gets back what it had. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import type { TuneAnswer } from '../../shared/tuning/answer.ts'
import { LabFleet } from '../lab/fleet.ts'
import { createLab } from '../lab/lab.ts'
import { labTest } from '../lab/requires.ts'
import { eventually } from '../lab/wait.ts'
import { scratchDirectory } from '../support/scratch.ts'

const onLab = labTest(test.serial, { root: true })
const hostler = join(import.meta.dirname, '../../bin/hostler')
const deadlineMs = 60_000

/** A profile of what the host has for itself alone: its network namespace. */
const documents = `kind: TuningProfile
name: listeners
onDrift: report
sysctl: { net.core.somaxconn: { atLeast: 12345, reason: clients come back at once, source: a test } }
---
kind: HostGroup
name: all
hosts: [host-1]
---
name: picky
model: { name: picky }
engine: { preset: custom, command: [sleep, infinity] }
runtime: exec
placement: { profile: listeners }
`

/** Gives the agent an /etc of its own, so that it never writes to this machine's. */
const withOwnEtc = 'cp -a /etc "$1/etc" && mount --bind "$1/etc" /etc && shift && exec "$@"'

onLab('a host is planned, tuned, found drifted, mended and given back, through the command line', async (t) => {
  await using lab = await createLab()
  await using scratch = await scratchDirectory()
  await using fleet = new LabFleet(lab, scratch.path, new AbortController().signal)
  const host = await lab.addHost({ name: 'host-1' })
  await fleet.startController()
  const { token } = await fleet.control.createToken({ kind: 'host', ttlMs: 0, uses: 1, role: '', name: '' })
  const data = join(host.directory, 'agent')
  const agent = ['agent', '--data-dir', data, '--name', 'host-1', '--join', token]
  const running = await host.spawn('sh', ['-c', withOwnEtc, 'sh', host.directory, hostler, ...agent])
  const tuning = async () => (await fleet.control.fleet(['hosts'])).hosts[0]?.tuning?.state
  await eventually(async () => (await tuning()) === 'none', { deadlineMs, what: 'the agent to say how its host is tuned' }).catch(
    (error: unknown) => {
      throw new Error(`${running.stdout}${running.stderr}`, { cause: error })
    },
  )

  const somaxconn = async () => (await host.exec('cat', ['/proc/sys/net/core/somaxconn'])).stdout.trim()
  const persisted = () => readFile(join(host.directory, 'etc/sysctl.d/zz-hostler.conf'), 'utf8').catch(() => '')
  const tune = async (words: string, code: number) => {
    const { stdout } = await fleet.tryCli(['tune', ...words.split(' '), '-o', 'json'], { accept: [code] })
    const answer: TuneAnswer = JSON.parse(stdout).items[0].answer
    return { answer, row: answer.rows.find(({ key }) => key.startsWith('net.core.somaxconn')) }
  }
  const before = await somaxconn()
  t.not(before, '12345')
  t.is(
    await fleet.cli(['apply', '-f', '-'], { input: documents }),
    'profile listeners created\ngroup all created\ndeployment picky created (revision 1)\n',
  )
  const deployment = async () => (await fleet.control.fleet(['deployments'])).deployments[0]
  const refused = await eventually(async () => (await deployment())?.unplaced[0], { deadlineMs, what: 'the deployment to be refused' })
  t.like(refused.hosts[0], { host: 'host-1', code: 'profile', message: 'has no profile, listeners is required' })
  t.is(refused.suggestion, 'tune it: hostler tune apply host-1 --profile listeners')

  t.like((await tune('plan host-1 --profile listeners', 7)).row, { live: before, state: 'differs', step: 'set-and-persist' })
  t.is(await somaxconn(), before, 'a plan changes nothing')
  const applied = await tune('apply --group all --profile listeners', 0)
  t.is(applied.answer.state, 'applied')
  t.like(applied.row, { live: '12345', before, state: 'holds', step: 'set-and-persist' })
  t.is(await somaxconn(), '12345')
  t.regex(await persisted(), /^net\.core\.somaxconn *= *12345$/m)
  await eventually(async () => (await tuning()) === 'applied', { deadlineMs, what: 'the controller to know' })
  await eventually(async () => (await deployment())?.unplaced.length === 0, { deadlineMs, what: 'the deployment to have a place' })
  await fleet.cli(['delete', 'picky', '--yes', '--wait'])

  await host.exec('sh', ['-c', 'echo 100 > /proc/sys/net/core/somaxconn'])
  t.like((await tune('status host-1', 7)).row, { live: '100', state: 'differs' })
  const text = await fleet.tryCli(['tune', 'status'], { accept: [7] })
  t.regex(text.stdout, /^host-1 {2}profile listeners {2}drifted: 1 to set\n/)
  t.like((await tune('apply host-1', 0)).row, { live: '12345', state: 'holds' })
  t.is(await somaxconn(), '12345')

  const reverted = await tune('revert host-1', 0)
  t.like(reverted.row, { step: 'restore', live: '100' }, 'what somebody set in between is theirs, and not lost')
  t.is(await somaxconn(), '100')
  t.is(await persisted(), '')
  await eventually(async () => (await fleet.control.fleet(['hosts'])).hosts[0]?.profile === '', {
    deadlineMs,
    what: 'the profile to be off',
  })
  t.is(await tuning(), 'none')
  t.is((await tune('status host-1', 0)).answer.rows.length, 0)
})
