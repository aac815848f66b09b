import test from 'ava'
import { environmentVariableOf } from './proc.ts'
import { run, startProcess } from './process.ts'
import { eventually } from './wait.ts'

test('run returns the output and accepts the exit statuses that it was told to', async (t) => {
  const result = await run('sh', ['-c', 'cat; echo oops >&2; exit 3'], { input: 'hello', accept: [3] })
  t.deepEqual(result, { code: 3, stdout: 'hello', stderr: 'oops\n' })
})

test('run fails with the exit status and the output', async (t) => {
  const error = await t.throwsAsync(run('sh', ['-c', 'echo why >&2; exit 4']))
  t.regex(error.message, /exit status 4\nwhy/)
})

test('run kills a program that is past its deadline, with its children', async (t) => {
  const error = await t.throwsAsync(run('sh', ['-c', 'sleep 1000 & wait'], { deadlineMs: 100 }))
  t.regex(error.message, /took longer than 100 ms/)
})

test('disposal ends a program that ignores SIGTERM, and its children', async (t) => {
  const script = 'trap "" TERM; sleep 1000 & echo child $!; wait; wait'
  const started = await startProcess('sh', ['-c', script])
  const child = Number((await started.outputs(/child (\d+)/, 5_000))[1])
  const exit = await started.stop(100)
  t.is(exit.signal, 'SIGKILL')
  await eventually(() => environmentVariableOf(child, 'PATH') === undefined, { deadlineMs: 5_000, what: 'the child to be gone' })
})

test('waiting for output fails at once when the program ends without it', async (t) => {
  await using started = await startProcess('sh', ['-c', 'echo other; exit 1'])
  const error = await t.throwsAsync(started.outputs(/ready/, 60_000))
  t.regex(error.message, /ended with exit status 1 before it printed/)
})

test('a program that does not exist is an error of the start', async (t) => {
  await t.throwsAsync(startProcess('/no/such/program', []), { code: 'ENOENT' })
})

test('run kills a program whose signal aborts, with its children, and rejects with the reason', async (t) => {
  const stop = new AbortController()
  const running = run('sh', ['-c', 'sleep 600 & wait'], { signal: stop.signal, deadlineMs: 60_000 })
  stop.abort(new Error('enough'))
  await t.throwsAsync(running, { message: 'enough' })
  await t.throwsAsync(run('true', [], { signal: stop.signal }), { message: 'enough' })
})
