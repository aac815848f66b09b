/** Documents and tuning from the command line through a real controller to hosts at the far end of the wire. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { eventually } from '../lab/wait.ts'
import { startTestController, type TestController } from '../support/controller.ts'
import { scratchDirectory } from '../support/scratch.ts'
import { run } from './cli/support/run.ts'
import { joinTunedAgent } from './support/tuned-agent.ts'

const cli =
  (fleet: TestController) =>
  (line: string, options: { readonly stdin?: string; readonly columns?: number } = {}) =>
    run(line.split(' '), { credentialsFile: fleet.controller.adminFile, ...options })

const documents = `kind: TuningProfile
name: quiet
sysctl: { vm.swappiness: { value: 10, reason: weights must stay in memory, source: a measurement } }
---
kind: HostGroup
name: gpus
labels: { pool: large }
profile: quiet
`

const tuningOf = async (fleet: TestController, name: string) =>
  (await fleet.control.fleet(['hosts'])).hosts.find((host) => host.name === name)?.tuning?.state

const waitFor = (fleet: TestController, name: string, state: string) =>
  eventually(async () => (await tuningOf(fleet, name)) === state, { deadlineMs: 10_000, what: `${name} to be ${state}` })

test('a group gives its hosts a profile: planned, applied, looked at and taken off again', async (t) => {
  await using fleet = await startTestController()
  const hostler = cli(fleet)
  await using gpu1 = await joinTunedAgent(fleet, 'gpu-1', { labels: { pool: 'large' } })
  await using gpu2 = await joinTunedAgent(fleet, 'gpu-2')
  await waitFor(fleet, 'gpu-1', 'none')
  await waitFor(fleet, 'gpu-2', 'none')

  const quiet =
    'kind: TuningProfile\nname: quiet\nsysctl: { vm.swappiness: { value: 10, reason: weights must stay in memory, source: a measurement } }\n'
  t.is((await hostler('apply -f -', { stdin: quiet })).stdout, 'profile quiet created\n')
  const plan = await hostler('tune plan gpu-1 --profile quiet')
  t.is(plan.exitCode, 7, plan.stderr)
  t.regex(plan.stdout, /^gpu-1 {2}profile quiet {2}1 to set\n/)
  t.regex(plan.stdout, /vm\.swappiness +60 +10 +set, persist +unknown\n +why: weights must stay in memory/)
  t.is((await hostler('tune plan')).exitCode, 1, 'no host is to have a profile yet')

  const applied = await hostler('apply -f -', { stdin: documents })
  t.is(applied.stdout, 'profile quiet unchanged\ngroup gpus created\n', applied.stderr)
  t.is((await hostler('apply -f -', { stdin: documents })).stdout, 'profile quiet unchanged\ngroup gpus unchanged\n')
  await waitFor(fleet, 'gpu-1', 'applied')
  t.is(gpu1.live.get('vm.swappiness'), '10', 'the agent acts on its spec by itself')
  const spec = gpu1.specs.at(-1)?.tuning
  t.is(spec?.name, 'quiet')
  t.is(gpu2.specs.at(-1)?.tuning, undefined)
  const again = await hostler('tune plan')
  t.is(again.exitCode, 0)
  t.is(again.stdout, 'gpu-1  profile quiet  1 hold\n', 'nothing is wanted of gpu-2')

  const tuned = await hostler('tune apply gpu-1')
  t.is(tuned.exitCode, 0, tuned.stderr)
  t.regex(tuned.stdout, /^gpu-1 {2}profile quiet {2}applied: 1 hold\n/)
  t.regex((await hostler('get hosts -o wide')).stdout, /GROUPS +PROFILE +TUNING.*\ngpu-1 .* gpus +quiet +applied/)
  t.is((await hostler('tune status --group gpus')).exitCode, 0)

  gpu1.live.set('vm.swappiness', '60')
  gpu1.report({
    profile: 'quiet',
    digest: spec?.digest ?? '',
    state: 'drifted',
    differing: ['vm.swappiness'],
    message: '',
    checkedUnixMs: 2,
  })
  await waitFor(fleet, 'gpu-1', 'drifted')
  const status = await hostler('tune status gpu-1')
  t.is(status.exitCode, 7)
  t.regex(status.stdout, /^gpu-1 {2}profile quiet {2}drifted: 1 differ\n/)
  t.regex(
    (await hostler('describe host gpu-1')).stdout,
    /Profile: +quiet, says group gpus\nTuning: +drifted, looked at .* differing: vm\.swappiness/,
  )

  const reverted = await hostler('tune revert gpu-1')
  t.is(reverted.exitCode, 0, reverted.stdout + reverted.stderr)
  t.regex(reverted.stdout, /^gpu-1 {2}no profile {2}1 restored\n/)
  await eventually(() => gpu1.specs.at(-1)?.tuning === undefined, { deadlineMs: 10_000, what: 'the profile to be taken off' })
  t.is(gpu1.live.get('vm.swappiness'), '60')
  t.is((await hostler('tune status gpu-1')).exitCode, 0)
  const events = (await hostler('get events gpu-1')).stdout
  for (const reason of ['HostTuned', 'TuningDrifted', 'ProfileChosen', 'HostUntuned'])
    t.true(events.includes(reason), `${reason}\n${events}`)
})

test('apply with a profile keeps the host to it, whatever its groups say, and its labels stay', async (t) => {
  await using fleet = await startTestController()
  const hostler = cli(fleet)
  await using gpu1 = await joinTunedAgent(fleet, 'gpu-1', { labels: { pool: 'small' } })
  await waitFor(fleet, 'gpu-1', 'none')
  await hostler('apply -f -', { stdin: `${documents}---\n{ kind: Host, name: gpu-1, labels: { pool: large } }\n` })
  t.deepEqual((await fleet.control.fleet(['hosts'])).hosts[0]?.labels, { pool: 'large' })
  await waitFor(fleet, 'gpu-1', 'applied')
  gpu1.live.set('net.core.somaxconn', '4096')
  const tuned = await hostler('tune apply gpu-1 --profile inference')
  t.is(tuned.exitCode, 0, tuned.stdout + tuned.stderr)
  t.regex(tuned.stdout, /profile inference {2}applied: 1 set, \d+ hold/, 'what was done on the way is told')
  t.is(gpu1.specs.at(-1)?.tuning?.name, 'inference')
  const [host] = (await fleet.control.fleet(['hosts'])).hosts
  t.like(host, { profile: 'inference', groups: ['gpus'], labels: { pool: 'large' } })
  t.is(
    (await hostler('delete profile/quiet')).stderr.split('\n')[0],
    'error: the profile quiet is used by group gpus; give them another profile first',
  )
  t.is((await hostler('delete profile/quiet group/gpus')).stdout, 'group gpus is deleted\nprofile quiet is deleted\n')
  t.regex((await hostler('delete profile/inference')).stderr, /the profile inference is built in and cannot be deleted/)
  t.is((await hostler('delete group/gpus')).exitCode, 3)
})

test('what goes wrong on one host is told there, and the others are tuned', async (t) => {
  await using fleet = await startTestController()
  const hostler = cli(fleet)
  await using gpu1 = await joinTunedAgent(fleet, 'gpu-1')
  await using _old = await joinTunedAgent(fleet, 'gpu-2', { old: true })
  {
    await using _gone = await joinTunedAgent(fleet, 'gpu-3')
    await waitFor(fleet, 'gpu-3', 'none')
  }
  await waitFor(fleet, 'gpu-1', 'none')
  await eventually(() => _old.specs.length > 0, { deadlineMs: 10_000, what: 'gpu-2 to have a spec' })
  const { exitCode, stdout } = await hostler('tune apply gpu-1 gpu-2 gpu-3 gpu-9 --profile inference -o json')
  t.is(exitCode, 8)
  const items: { host: string; answer?: { state: string }; error?: { code: string; message: string } }[] = JSON.parse(stdout).items
  t.deepEqual(
    items.map(({ host, answer, error }) => [host, answer?.state ?? error?.code]),
    [
      ['gpu-1', 'applied'],
      ['gpu-2', 'PROTOCOL_MISMATCH'],
      ['gpu-3', 'HOST_UNREACHABLE'],
      ['gpu-9', 'NOT_FOUND'],
    ],
  )
  t.regex(items[1]?.error?.message ?? '', /upgrade it/)
  t.is(gpu1.live.get('net.core.somaxconn'), '65535')
  t.is((await hostler('tune plan gpu-9')).exitCode, 3)
  t.is((await hostler('tune plan gpu-1 --profile inferense')).exitCode, 3)
  t.regex((await hostler('tune plan gpu-1 --profile inferense')).stderr, /did you mean inference\?/)
})

test('groups that disagree leave their host alone and say so everywhere', async (t) => {
  await using fleet = await startTestController()
  const hostler = cli(fleet)
  await using gpu1 = await joinTunedAgent(fleet, 'gpu-1')
  await waitFor(fleet, 'gpu-1', 'none')
  const group = (name: string, profile: string) => `{ kind: HostGroup, name: ${name}, hosts: [gpu-1], profile: ${profile} }\n`
  const applied = await hostler('apply -f -', { stdin: `${group('a', 'inference')}---\n${group('b', 'network-lossless')}` })
  t.regex(applied.stderr, /note: group a: group a wants profile inference and group b wants network-lossless, so nothing is changed/)
  await eventually(async () => (await hostler('get events gpu-1')).stdout.includes('ProfileUnclear'), {
    deadlineMs: 10_000,
    what: 'the event',
  })
  t.is(gpu1.specs.at(-1)?.tuning, undefined)
  t.regex((await hostler('describe host gpu-1')).stdout, /Profile: +unclear: group a wants/)
  t.regex((await hostler('get hosts -o wide')).stdout, /unclear/)
  const plan = await hostler('tune plan gpu-1')
  t.is(plan.exitCode, 1)
  t.regex(plan.stdout, /group a wants profile inference and group b/)
})

test('a deployment that requires a profile waits for a tuned host, and says what to do', async (t) => {
  await using fleet = await startTestController()
  await using scratch = await scratchDirectory()
  const hostler = cli(fleet)
  await using _gpu1 = await joinTunedAgent(fleet, 'gpu-1')
  await waitFor(fleet, 'gpu-1', 'none')
  const file = join(scratch.path, 'all.yaml')
  const deployment = (profile: string) =>
    `name: ds7b\nmodel: { name: r1, path: /models/r1 }\nengine: { preset: custom, command: [serve] }\nruntime: exec\nplacement: { profile: ${profile} }\n`
  await writeFile(file, deployment('quite'))
  const refused = await hostler(`apply -f ${file}`)
  t.is(refused.exitCode, 2)
  t.regex(refused.stderr, /all\.yaml:5:\d+: placement\.profile: there is no tuning profile "quite"/)
  await writeFile(file, `${documents}---\nkind: Deployment\n${deployment('quiet')}`)
  t.is((await hostler(`apply -f ${file}`)).stdout, 'profile quiet created\ngroup gpus created\ndeployment ds7b created (revision 1)\n')
  t.regex((await hostler('delete profile/quiet')).stderr, /used by group gpus, deployment ds7b/)
})

test('several hosts are changed by somebody at a terminal only after a yes', async (t) => {
  await using fleet = await startTestController()
  await using gpu1 = await joinTunedAgent(fleet, 'gpu-1')
  await using gpu2 = await joinTunedAgent(fleet, 'gpu-2')
  await waitFor(fleet, 'gpu-1', 'none')
  await waitFor(fleet, 'gpu-2', 'none')
  const hostler = (line: string, stdin: string) => run(line.split(' '), { credentialsFile: fleet.controller.adminFile, tty: true, stdin })
  const refused = await hostler('tune apply --profile inference', 'n\n')
  t.is(refused.exitCode, 1)
  t.regex(refused.stderr, /Tune 2 hosts to profile inference, from now on \(gpu-1, gpu-2\)\? \[y\/N\]/)
  t.regex(refused.stderr, /nothing was changed/)
  t.is(gpu1.asks.length + gpu2.asks.length, 0)
  t.is((await hostler('tune apply gpu-1 --profile inference', '')).exitCode, 0, 'one host is what was asked for')
  t.is((await hostler('tune apply --profile inference', 'y\n')).exitCode, 0)
  t.is(gpu2.live.get('net.core.somaxconn'), '65535')
  t.is((await hostler('tune revert --yes', '')).exitCode, 0)
})

test('a viewer may plan and look, only an operator may tune', async (t) => {
  await using fleet = await startTestController()
  await using scratch = await scratchDirectory()
  await using _gpu1 = await joinTunedAgent(fleet, 'gpu-1')
  await waitFor(fleet, 'gpu-1', 'none')
  const { token } = await fleet.control.createToken({ kind: 'user', uses: 1, ttlMs: 0, role: 'viewer', name: '' })
  const hostler = (line: string, stdin = '') => run(line.split(' '), { configDirectory: scratch.path, stdin })
  t.is((await hostler(`login --name ada --join ${token}`)).exitCode, 0)
  t.is((await hostler('tune plan gpu-1 --profile inference')).exitCode, 7)
  t.is((await hostler('tune status gpu-1')).exitCode, 0)
  for (const action of ['apply gpu-1 --profile inference', 'revert gpu-1']) t.is((await hostler(`tune ${action}`)).exitCode, 6, action)
  t.is((await hostler('apply -f -', documents)).exitCode, 6)
  t.is((await hostler('delete group/gpus --yes')).exitCode, 6)
  const profiles = JSON.parse((await hostler('get profile inference -o json')).stdout).items
  t.like(profiles[0], { name: 'inference', builtIn: true, onDrift: 'mend' })
  t.true(profiles[0].settings.every(({ reason, source }: { reason: string; source: string }) => reason !== '' && source !== ''))
})

test('scripts get what was applied, groups and profiles as data, and nothing of a dry run is kept', async (t) => {
  await using fleet = await startTestController()
  const hostler = cli(fleet)
  await using _gpu1 = await joinTunedAgent(fleet, 'gpu-1', { labels: { pool: 'large' } })
  await waitFor(fleet, 'gpu-1', 'none')
  const all = `${documents}---\nname: ds7b\nmodel: { name: r1, path: /m }\nengine: { preset: custom, command: [serve] }\nruntime: exec\n`
  const checked = await hostler('apply -f - --dry-run', { stdin: all })
  t.is(checked.stdout, 'profile quiet would be created\ngroup gpus would be created\ndeployment ds7b would be created (revision 1)\n')
  t.is((await hostler('get groups -o name')).stdout, '')
  t.is((await hostler('apply -f - -o name', { stdin: all })).stdout, 'profile/quiet\ngroup/gpus\ndeployment/ds7b\n')
  const again = JSON.parse((await hostler('apply -f - -o json', { stdin: all })).stdout).items
  t.deepEqual(again, [
    { kind: 'TuningProfile', name: 'quiet', created: false, changed: false, notes: [] },
    { kind: 'HostGroup', name: 'gpus', created: false, changed: false, notes: [] },
    { kind: 'Deployment', name: 'ds7b', revision: 1, created: false, changed: false, notes: [] },
  ])
  await waitFor(fleet, 'gpu-1', 'applied')
  t.like(JSON.parse((await hostler('get groups gpus -o json')).stdout).items[0], {
    name: 'gpus',
    profile: 'quiet',
    hosts: ['gpu-1'],
    named: [],
    labels: { pool: 'large' },
  })
  t.is((await hostler('get groups gpu')).exitCode, 3)
  t.is((await hostler('get groups --watch')).exitCode, 2)
  t.regex((await hostler('get profiles')).stdout, /quiet +user +- +1 +mend +1/)
  t.is((await hostler('delete host/gpu-1')).exitCode, 2)
})
