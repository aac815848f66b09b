import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import type { Drift } from '../../../agent/tune/drift.ts'
import { eventually } from '../../lab/wait.ts'
import { scratchDirectory } from '../../support/scratch.ts'
import { floor, hostFiles, noSignal, openTuner, profileOf, readHost, setting, writeHost } from './scratch-host.ts'

const ours = '/etc/sysctl.d/zz-hostler.conf'

const scratchHost = async (files = hostFiles) => {
  const scratch = await scratchDirectory()
  const root = join(scratch.path, 'host')
  const stateDir = join(scratch.path, 'state')
  await writeHost(root, files)
  await mkdir(stateDir)
  const live = async (path: string) => (await readFile(join(root, '/proc/sys', path), 'utf8')).trim()
  return { ...scratch, root, stateDir, live, [Symbol.asyncDispose]: () => scratch[Symbol.asyncDispose]() }
}

const small = profileOf([floor('net.core.somaxconn', 65_535), setting('vm.swappiness', 10), floor('fs.file-max', 2_097_152)])

test('apply sets what differs, writes down what has to survive a boot, and proves it', async (t) => {
  await using host = await scratchHost()
  await using tuner = await openTuner(host)
  tuner.setProfile(small)
  t.is(tuner.status().state, 'pending')
  const answer = await tuner.answer('apply', undefined, noSignal)
  t.is(answer.state, 'applied', answer.message)
  t.is(await host.live('net/core/somaxconn'), '65535')
  t.is(await host.live('vm/swappiness'), '10')
  t.is(await host.live('fs/file-max'), '9223372036854775807')
  const text = await readFile(join(host.root, ours), 'utf8')
  t.regex(text, /^net\.core\.somaxconn = 65535$/m)
  t.regex(text, /^vm\.swappiness = 10$/m)
  t.notRegex(text, /file-max/)
  const somaxconn = answer.rows.find(({ key }) => key === 'net.core.somaxconn')
  t.like(somaxconn, { live: '65535', before: '4096', state: 'holds', step: 'set-and-persist' })
  t.true(somaxconn?.persisted.some(({ file, wins, value }) => file === ours && wins && value === '65535'))
  t.like(tuner.status(), { profile: 'mine', digest: small.digest, state: 'applied', differing: [], message: '' })
})

test('plan and status change nothing', async (t) => {
  await using host = await scratchHost()
  await using tuner = await openTuner(host)
  const before = await readHost(host.path)
  tuner.setProfile(small)
  const plan = await tuner.answer('plan', undefined, noSignal)
  t.like(
    plan.rows.find(({ key }) => key === 'vm.swappiness'),
    { live: '60', wanted: '10', state: 'differs', step: 'set-and-persist' },
  )
  await tuner.answer('status', undefined, noSignal)
  t.deepEqual(await readHost(host.path), before)
})

test('revert gives back every value and file as it was', async (t) => {
  await using host = await scratchHost()
  await using tuner = await openTuner(host)
  const before = await readHost(host.path)
  tuner.setProfile(small)
  await tuner.check(noSignal)
  t.notDeepEqual(await readHost(host.path), before)
  tuner.setProfile(undefined)
  await tuner.check(noSignal)
  t.is(tuner.status().state, 'none')
  const after = await readHost(host.path)
  for (const path of Object.keys(before))
    t.is(after[path]?.trim(), before[path]?.trim().replaceAll('\t', path.endsWith('rmem') ? '\t' : ' '), path)
  t.deepEqual(Object.keys(after), Object.keys(before))
})

test('revert leaves what someone else changed since, and says so', async (t) => {
  await using host = await scratchHost()
  await using tuner = await openTuner(host)
  tuner.setProfile(small)
  await tuner.check(noSignal)
  await writeFile(join(host.root, '/proc/sys/vm/swappiness'), '1\n')
  const answer = await tuner.answer('revert', undefined, noSignal)
  t.is(await host.live('vm/swappiness'), '1')
  t.is(await host.live('net/core/somaxconn'), '4096')
  t.like(
    answer.rows.find(({ key }) => key === 'vm.swappiness'),
    { step: 'left', live: '1', before: '60' },
  )
  t.regex(answer.message, /vm\.swappiness/)
})

test('what was reverted by hand is not applied again by itself, not even after a restart', async (t) => {
  await using host = await scratchHost()
  {
    await using tuner = await openTuner(host)
    tuner.setProfile(small)
    await tuner.check(noSignal)
    await tuner.answer('revert', undefined, noSignal)
    await tuner.check(noSignal)
    t.is(await host.live('vm/swappiness'), '60')
  }
  await using tuner = await openTuner(host)
  tuner.setProfile(small)
  await tuner.check(noSignal)
  t.is(await host.live('vm/swappiness'), '60')
  t.regex(tuner.status().message, /reverted by hand/)
  t.is((await tuner.answer('apply', undefined, noSignal)).state, 'applied')
})

test('a profile that a command applied is held over a restart, and neither a silent nor an empty spec takes it back', async (t) => {
  await using host = await scratchHost()
  {
    await using tuner = await openTuner(host)
    t.is((await tuner.answer('apply', small, noSignal)).state, 'applied')
  }
  await using tuner = await openTuner(host)
  await writeFile(join(host.root, '/proc/sys/vm/swappiness'), '60\n')
  await tuner.check(noSignal)
  t.is(await host.live('vm/swappiness'), '10')
  tuner.setProfile(undefined)
  await tuner.check(noSignal)
  t.is(await host.live('vm/swappiness'), '10')
  await t.throwsAsync(async () => {
    tuner.setProfile(profileOf([setting('vm.swappiness', 3)], { name: 'spec' }))
    await tuner.answer('apply', small, noSignal)
  })
  await tuner.check(noSignal)
  t.is(await host.live('vm/swappiness'), '3')
  tuner.setProfile(undefined)
  await tuner.check(noSignal)
  t.is(await host.live('vm/swappiness'), '60')
})

test('our own file, edited by someone, is written again when drift is mended, and loses none of their lines at revert', async (t) => {
  await using host = await scratchHost()
  await using tuner = await openTuner(host)
  tuner.setProfile(small)
  await tuner.check(noSignal)
  const file = join(host.root, ours)
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.replace('vm.swappiness = 10', 'vm.swappiness = 90'))
  await tuner.check(noSignal)
  t.is(await readFile(file, 'utf8'), text)
  await writeFile(file, `${text}kernel.mine = 1\n`)
  await tuner.answer('revert', undefined, noSignal)
  t.is(await readFile(file, 'utf8'), 'kernel.mine = 1\n')
})

test('an agent that was told nothing touches nothing', async (t) => {
  await using host = await scratchHost()
  await using tuner = await openTuner(host)
  const before = await readHost(host.path)
  await tuner.check(noSignal)
  tuner.setProfile(undefined)
  await tuner.check(noSignal)
  t.deepEqual(await readHost(host.path), before)
})

test('drift is mended when the profile says so, told when it does not, and the value that was set over ours is what revert gives back', async (t) => {
  await using host = await scratchHost()
  const drifts: Drift[] = []
  await using tuner = await openTuner({ ...host, tuner: { onDrift: (drift) => drifts.push(drift) } })
  tuner.setProfile(small)
  await tuner.check(noSignal)
  await writeFile(join(host.root, '/proc/sys/vm/swappiness'), '35\n')
  await tuner.check(noSignal)
  t.deepEqual(drifts, [{ key: 'vm.swappiness', from: '10', to: '35', mended: true }])
  t.is(await host.live('vm/swappiness'), '10')
  tuner.setProfile({ ...small, onDrift: 'report' })
  await writeFile(join(host.root, '/proc/sys/vm/swappiness'), '36\n')
  await tuner.check(noSignal)
  t.is(await host.live('vm/swappiness'), '36')
  t.like(tuner.status(), { state: 'drifted', differing: ['vm.swappiness'] })
  // Told once, however often it is looked at.
  await tuner.check(noSignal)
  t.deepEqual(drifts.slice(1), [{ key: 'vm.swappiness', from: '10', to: '36', mended: false }])
  await writeFile(join(host.root, '/proc/sys/vm/swappiness'), '10\n')
  await tuner.answer('revert', undefined, noSignal)
  t.is(await host.live('vm/swappiness'), '35')
})

test('while it runs, a profile is applied when it comes, changed with the next one, and given back when it goes', async (t) => {
  await using host = await scratchHost()
  await using tuner = await openTuner({ ...host, tuner: { checkEveryMs: 50 } })
  const states: string[] = []
  const quiet = tuner.onChange(({ state, profile }) => states.push(`${profile} ${state}`))
  const stopping = new AbortController()
  const running = tuner.run(stopping.signal)
  const swappiness = (value: string) =>
    eventually(async () => (await host.live('vm/swappiness')) === value, { deadlineMs: 10_000, what: `swappiness ${value}` })
  tuner.setProfile(small)
  await swappiness('10')
  tuner.setProfile(profileOf([setting('vm.swappiness', 3)], { name: 'other' }))
  await swappiness('3')
  // Behind its back: found by the schedule.
  await writeFile(join(host.root, '/proc/sys/vm/swappiness'), '77\n')
  await swappiness('3')
  tuner.setProfile(undefined)
  // What someone set over ours is the newest wish of anyone else.
  await swappiness('77')
  await eventually(() => tuner.status().state === 'none', { deadlineMs: 10_000, what: 'the status to say so' })
  for (const state of ['mine pending', 'mine applied', 'other applied', ' none']) t.true(states.includes(state), `${state} in ${states}`)
  quiet()
  stopping.abort()
  await running
})

test('what a boot took back is set again, and is no drift', async (t) => {
  const bootId = '/proc/sys/kernel/random/boot_id'
  await using host = await scratchHost({ ...hostFiles, [bootId]: 'first\n' })
  const drifts: Drift[] = []
  await using tuner = await openTuner({ ...host, tuner: { onDrift: (drift) => drifts.push(drift) } })
  const pages = '/sys/kernel/mm/transparent_hugepage/enabled'
  tuner.setProfile(profileOf([setting('enabled', 'madvise', { kind: 'transparent-huge-pages' })], { onDrift: 'report' }))
  await tuner.check(noSignal)
  await writeHost(host.root, { [bootId]: 'second\n', [pages]: 'always\n' })
  await tuner.check(noSignal)
  t.is((await readFile(join(host.root, pages), 'utf8')).trim(), 'madvise')
  t.deepEqual(drifts, [])
  await tuner.answer('revert', undefined, noSignal)
  t.is((await readFile(join(host.root, pages), 'utf8')).trim(), 'always')
})

test('a key that this kernel does not have is told and left out, and the others are applied', async (t) => {
  await using host = await scratchHost()
  await using tuner = await openTuner(host)
  tuner.setProfile(profileOf([...small.settings, setting('vm.no_such_thing', 1)]))
  const answer = await tuner.answer('apply', undefined, noSignal)
  t.is(answer.state, 'applied')
  t.like(
    answer.rows.find(({ key }) => key === 'vm.no_such_thing'),
    { state: 'absent', step: 'none', live: null },
  )
  t.notRegex(await readFile(join(host.root, ours), 'utf8'), /no_such_thing/)
})

test('another profile gives back what the first one set and it does not', async (t) => {
  await using host = await scratchHost()
  await using tuner = await openTuner(host)
  tuner.setProfile(small)
  await tuner.check(noSignal)
  tuner.setProfile(profileOf([setting('vm.swappiness', 5)], { name: 'other' }))
  await tuner.check(noSignal)
  t.is(await host.live('net/core/somaxconn'), '4096')
  t.is(await host.live('vm/swappiness'), '5')
  t.notRegex(await readFile(join(host.root, ours), 'utf8'), /somaxconn/)
  await tuner.answer('revert', undefined, noSignal)
  t.is(await host.live('vm/swappiness'), '60')
})

test('a file that cannot be written takes everything back', async (t) => {
  await using host = await scratchHost()
  // A directory in the way: root may write everywhere else.
  await mkdir(join(host.root, ours), { recursive: true })
  await writeFile(join(host.root, ours, 'x'), '')
  const before = await readHost(host.root)
  await using tuner = await openTuner(host)
  tuner.setProfile(small)
  await t.throwsAsync(tuner.answer('apply', undefined, noSignal))
  t.is(tuner.status().state, 'failed')
  t.deepEqual(await readHost(host.root), before)
  await rm(join(host.root, ours), { recursive: true })
  t.is((await tuner.answer('apply', undefined, noSignal)).state, 'applied')
})

test('a damaged journal stops everything, and is named', async (t) => {
  await using host = await scratchHost()
  await mkdir(join(host.stateDir, 'tuning'))
  await writeFile(join(host.stateDir, 'tuning/journal.json'), '{"version":1')
  await using tuner = await openTuner(host)
  tuner.setProfile(small)
  await t.throwsAsync(tuner.check(noSignal), { message: /journal\.json is damaged/ })
  t.is(tuner.status().state, 'failed')
  t.is(await host.live('vm/swappiness'), '60')
})

test('a second tuner of the same host is refused and told who has it', async (t) => {
  await using host = await scratchHost()
  await using first = await openTuner(host)
  first.setProfile(small)
  await first.check(noSignal)
  await using second = await openTuner({ ...host, stateDir: join(host.path, 'other') })
  second.setProfile(profileOf([setting('vm.swappiness', 99)]))
  await t.throwsAsync(second.check(noSignal), { message: new RegExp(`process ${process.pid} already tunes this host`) })
  t.regex(second.status().message, /already tunes this host/)
  t.is(await host.live('vm/swappiness'), '10')
})

test('limits for containers go into the daemon’s configuration beside what stands there, and come out alone', async (t) => {
  await using host = await scratchHost()
  const file = join(host.root, '/etc/docker/daemon.json')
  await chmod(file, 0o640)
  await using tuner = await openTuner(host)
  tuner.setProfile(
    profileOf([setting('memlock', 'unlimited', { kind: 'engine-limit' }), { ...floor('nofile', 1_048_576), kind: 'engine-limit' }]),
  )
  const answer = await tuner.answer('apply', undefined, noSignal)
  t.is(answer.state, 'applied', JSON.stringify(answer))
  t.deepEqual(JSON.parse(await readFile(file, 'utf8')), {
    'data-root': '/data/docker',
    'log-driver': 'local',
    'default-ulimits': { memlock: { Name: 'memlock', Hard: -1, Soft: -1 }, nofile: { Name: 'nofile', Hard: 1_048_576, Soft: 1_048_576 } },
  })
  const dropIn = join(host.root, '/etc/systemd/system/docker.service.d/zz-hostler.conf')
  t.regex(await readFile(dropIn, 'utf8'), /LimitMEMLOCK=infinity\nLimitNOFILE=1048576/)
  const edited = { ...JSON.parse(await readFile(file, 'utf8')), 'live-restore': true }
  await writeFile(file, JSON.stringify(edited))
  await tuner.answer('revert', undefined, noSignal)
  t.deepEqual(JSON.parse(await readFile(file, 'utf8')), { 'data-root': '/data/docker', 'log-driver': 'local', 'live-restore': true })
  await t.throwsAsync(readFile(dropIn), { code: 'ENOENT' })
})
