import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { GpuObserver } from '../../../agent/observe/gpu-observer.ts'
import { NvidiaSmi, type NvidiaSmiOptions } from '../../../agent/observe/nvidia-smi.ts'
import { eventually } from '../../lab/wait.ts'
import { fakeGpus } from './fake-gpus.ts'
import { canFreeze, freezingCgroup } from './frozen.ts'

const start = (t: ExecutionContext, program: string, options: Partial<NvidiaSmiOptions> = {}): NvidiaSmi => {
  const nvidiaSmi = new NvidiaSmi({ program, environment: process.env, ...options })
  t.teardown(() => nvidiaSmi[Symbol.asyncDispose]())
  return nvidiaSmi
}

/** A program of this test's own in place of nvidia-smi. */
const script = (folder: string, body: string): string => {
  const program = join(folder, 'other-nvidia-smi')
  writeFileSync(program, `#!/bin/sh\n${body}\n`)
  chmodSync(program, 0o755)
  return program
}

const processesOf = (program: string): number =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`HELD_BY=${program}`)
    } catch {
      return false
    }
  }).length

test('A working nvidia-smi gives its GPUs, which name themselves fakes', async (t) => {
  const fake = fakeGpus(t, { gpus: 2, memory_mib: 81920, driver: '570.86.15' })
  const answer = await start(t, fake.program).report()
  if (answer.state !== 'ok') return t.fail(answer.detail)
  t.is(answer.value.driverVersion, '570.86.15')
  t.deepEqual(
    answer.value.gpus.map(({ uuid, memory }) => [uuid, memory?.totalMiB]),
    [
      [fake.uuid(0), 81920],
      [fake.uuid(1), 81920],
    ],
  )
  t.regex(answer.value.gpus[0]?.name ?? '', /\(fake\)$/)
})

test('A host without nvidia-smi has no GPUs, which is no failure', async (t) => {
  const answer = await start(t, '/nonexistent/nvidia-smi').report()
  t.like(answer, { state: 'absent', reason: 'not-installed' })
})

test('A driver without devices is a host without GPUs', async (t) => {
  const answer = await start(t, fakeGpus(t, { mode: 'none' }).program).report()
  t.like(answer, { state: 'absent', reason: 'no-devices' })
})

const faults = [
  ['die', 'driver-unreachable'],
  ['lost', 'gpu-lost'],
  ['mismatch', 'library-mismatch'],
  ['lying', 'unreadable'],
  ['truncated', 'truncated'],
] as const

for (const [mode, reason] of faults) {
  test(`An nvidia-smi in mode "${mode}" fails as ${reason} with what was seen`, async (t) => {
    const answer = await start(t, fakeGpus(t, { mode }).program).report()
    t.like(answer, { state: 'failed', reason })
    t.true(answer.state === 'failed' && answer.detail.length > 20)
  })
}

test('A hanging nvidia-smi that ignores SIGTERM is killed at the deadline, and the next one is asked anew', async (t) => {
  const fake = fakeGpus(t, { mode: 'hang' })
  const nvidiaSmi = start(t, fake.program, { deadlineMs: 300, environment: { ...process.env, HELD_BY: fake.program } })
  t.like(await nvidiaSmi.report(), { state: 'failed', reason: 'deadline' })
  await eventually(() => processesOf(fake.program) === 0, { deadlineMs: 10_000, what: 'the killed nvidia-smi to be gone' })
  fake.set('mode', 'ok')
  const recovered = start(t, fake.program)
  t.is((await recovered.report()).state, 'ok')
  await eventually(async () => (await nvidiaSmi.usage()).state === 'ok', { deadlineMs: 10_000, what: 'the same reader to recover' })
})

test('An nvidia-smi that survives SIGKILL is left behind, no second one is started, and it is asked again once it is gone', async (t) => {
  if (!canFreeze()) {
    t.log('this machine has no cgroup freezer of version 1: nothing here survives SIGKILL')
    return t.pass()
  }
  const fake = fakeGpus(t)
  const cgroup = freezingCgroup(t)
  const count = join(fake.folder, 'count')
  const wedging = script(
    fake.folder,
    `echo x >>${count}\nif [ -e ${fake.folder}/wedge ]; then echo $$ >${cgroup.procs}; rm ${fake.folder}/wedge; exec sleep 600; fi\nexec ${fake.program} "$@"`,
  )
  writeFileSync(join(fake.folder, 'wedge'), '')
  const nvidiaSmi = start(t, wedging, { deadlineMs: 2000 })
  const observer = new GpuObserver(nvidiaSmi)
  const first = observer.observe()
  await eventually(() => readFileSync(cgroup.procs, 'utf8') !== '', { deadlineMs: 10_000, what: 'the program to be in the cgroup' })
  cgroup.freeze()
  t.like(await first, { state: 'failed', reason: 'deadline' })
  for (let ask = 0; ask < 3; ask += 1) t.like(await observer.observe(), { state: 'failed', reason: 'wedged' })
  t.is(readFileSync(count, 'utf8'), 'x\n')
  await cgroup.thaw()
  await eventually(async () => (await observer.observe()).state === 'ok', { deadlineMs: 10_000, what: 'the next reading' })
})

test('Only one nvidia-smi runs at a time', async (t) => {
  const fake = fakeGpus(t)
  const program = script(
    fake.folder,
    `if ! mkdir ${fake.folder}/running; then echo "two at once"; exit 3; fi\nsleep 0.05\nrmdir ${fake.folder}/running\nexec ${fake.program} "$@"`,
  )
  const nvidiaSmi = start(t, program)
  const answers = await Promise.all([
    nvidiaSmi.report(),
    nvidiaSmi.usage(),
    nvidiaSmi.topology(),
    nvidiaSmi.computeApps(),
    nvidiaSmi.report(),
  ])
  t.deepEqual(
    answers.map(({ state }) => state),
    ['ok', 'ok', 'ok', 'ok', 'ok'],
  )
})

test('Output without end is cut off', async (t) => {
  const fake = fakeGpus(t)
  const nvidiaSmi = start(t, script(fake.folder, 'exec cat /dev/zero'), { maxOutputBytes: 100_000 })
  t.like(await nvidiaSmi.report(), { state: 'failed', reason: 'too-long' })
})

test('A program that leaves a child on its pipe is not waited for', async (t) => {
  const fake = fakeGpus(t)
  const nvidiaSmi = start(t, script(fake.folder, `sleep 600 &\necho $! >${fake.folder}/child\nexec ${fake.program} "$@"`), {
    deadlineMs: 60_000,
  })
  const answer = await nvidiaSmi.report()
  process.kill(Number(readFileSync(join(fake.folder, 'child'), 'utf8')), 'SIGKILL')
  t.is(answer.state, 'ok')
})

test('A program that may not be run is a failure that says so', async (t) => {
  const fake = fakeGpus(t)
  const program = join(fake.folder, 'not-executable')
  writeFileSync(program, 'text')
  t.like(await start(t, program).report(), { state: 'failed', reason: 'not-started' })
})

test('A caller that gives up is answered at once', async (t) => {
  const fake = fakeGpus(t, { mode: 'hang' })
  const nvidiaSmi = start(t, fake.program, { deadlineMs: 120_000 })
  const caller = new AbortController()
  const answer = nvidiaSmi.report(caller.signal)
  caller.abort()
  t.like(await answer, { state: 'failed', reason: 'aborted' })
})

test('An observer keeps the last good reading while nvidia-smi hangs or lies, with its age', async (t) => {
  const fake = fakeGpus(t, { gpus: 2 })
  const nvidiaSmi = start(t, fake.program, { deadlineMs: 2000 })
  const observer = new GpuObserver(nvidiaSmi)
  t.is((await observer.observe()).state, 'ok')
  fake.set('mode', 'hang')
  const hanging = await observer.observe()
  t.like(hanging, { state: 'stale', reason: 'deadline' })
  t.true(hanging.state === 'stale' && hanging.ageMs >= 0 && hanging.lastGood.gpus.length === 2)
  fake.set('mode', 'lying')
  await eventually(
    async () => {
      const lying = await observer.observe()
      return lying.state === 'stale' && lying.reason === 'unreadable'
    },
    { deadlineMs: 10_000, what: 'the lie to be seen as one' },
  )
  fake.set('mode', 'ok')
  t.is((await observer.observe()).state, 'ok')
})

test('A driver that dies between readings is news, not a stale reading', async (t) => {
  const fake = fakeGpus(t)
  const observer = new GpuObserver(start(t, fake.program))
  t.is((await observer.observe()).state, 'ok')
  fake.set('mode', 'die')
  t.like(await observer.observe(), { state: 'failed', reason: 'driver-unreachable' })
})

test('A GPU that vanishes between readings is missing from the next one', async (t) => {
  const fake = fakeGpus(t, { gpus: 3 })
  const observer = new GpuObserver(start(t, fake.program))
  const uuids = async () => {
    const seen = await observer.observe()
    return seen.state === 'ok' ? seen.gpus.map(({ uuid }) => uuid) : []
  }
  t.deepEqual(await uuids(), [fake.uuid(0), fake.uuid(1), fake.uuid(2)])
  fake.set('missing', '1')
  t.deepEqual(await uuids(), [fake.uuid(0), fake.uuid(2)])
})
