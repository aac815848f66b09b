import test from 'ava'
import { cpuBetween, cpuTimesOf, memoryOf, parseStat, treePssMiB } from '../../../bench/measure/process-tree.ts'
import { startProcess } from '../../lab/process.ts'

const stat = (command: string): string =>
  `4242 (${command}) S 17 4242 4242 0 -1 4194304 100 200 0 0 15 5 30 10 20 0 1 0 12345 1000 50 18446744073709551615 0`

test('times are read from /proc/PID/stat, whatever the command is called', (t) => {
  for (const command of ['node', 'a b', 'tricky) S 9 (']) {
    t.deepEqual(parseStat(stat(command)), { pid: 4242, parent: 17, ownMs: 200, endedChildrenMs: 400, systemMs: 150 })
  }
  t.is(parseStat(''), undefined)
  t.is(parseStat('not a stat line'), undefined)
})

/** Uses CPU time until it has used that much itself, then says so and waits. */
const burn = (ms: number): string => `
  const until = () => { const { user, system } = process.cpuUsage(); return user + system < ${ms} * 1000 }
  while (until()) {}
`

test('CPU time of a process counts children that run, children that ended and the process itself', async (t) => {
  const child = `${burn(300)}; if (process.argv[1] === 'stay') { console.log('burnt'); setInterval(() => {}, 1000) }`
  const parent = `
    const { spawn, spawnSync } = require('node:child_process')
    spawnSync(process.execPath, ['-e', ${JSON.stringify(child)}, 'end'])
    spawn(process.execPath, ['-e', ${JSON.stringify(child)}, 'stay'], { stdio: 'inherit' })
  `
  await using started = await startProcess(process.execPath, ['-e', parent])
  await started.outputs(/burnt/, 30_000)
  const { ownMs, withChildrenMs } = cpuTimesOf(started.pid)
  // A reading is cut off to whole ticks of 10 ms, once for each of user and system time.
  t.true(withChildrenMs - ownMs >= 560, `${withChildrenMs} ms in all, ${ownMs} ms of it its own`)
  t.true(ownMs > 0)
})

test('memory of a process is resident, proportional and anonymous; with children it is more', async (t) => {
  const parent = `require('node:child_process').spawn('sleep', ['60']).once('spawn', () => console.log('up')); setInterval(() => {}, 1000)`
  await using started = await startProcess(process.execPath, ['-e', parent])
  await started.outputs(/up/, 30_000)
  const { rssMiB, pssMiB, anonymousMiB } = memoryOf(started.pid)
  t.true(rssMiB >= pssMiB && pssMiB >= anonymousMiB && anonymousMiB > 1, JSON.stringify({ rssMiB, pssMiB, anonymousMiB }))
  t.true(treePssMiB(started.pid) > 1)
})

test('a process that is gone cannot be measured', async (t) => {
  const started = await startProcess('true', [])
  await started.closed
  t.throws(() => cpuTimesOf(started.pid), { message: /is gone/ })
  t.throws(() => memoryOf(started.pid), { message: /is gone/ })
})

test('what was used between two readings is their difference', (t) => {
  const before = { ownMs: 10, withChildrenMs: 20, systemMs: 5 }
  t.deepEqual(cpuBetween(before, { ownMs: 15, withChildrenMs: 40, systemMs: 6 }), { ownMs: 5, withChildrenMs: 20, systemMs: 1 })
})
