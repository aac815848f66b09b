import { existsSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { Bench } from '../../bench/bench.ts'
import { runDirectoryOf } from '../../bench/prepare/run-directory.ts'
import { runBenches } from '../../bench/run.ts'
import { run, startProcess } from '../lab/process.ts'
import { eventually } from '../lab/wait.ts'

const main = join(import.meta.dirname, '../../bench/main.ts')

const bench = (measure: Bench['measure']): Bench => ({ name: 'sample', summary: 'a sample', parts: [], measure })

const runHere = async (args: readonly string[], measure: Bench['measure'], signal = new AbortController().signal) => {
  let out = ''
  let err = ''
  const exitCode = await runBenches(args, [bench(measure)], {
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
    signal,
  })
  return { exitCode, out, err }
}

const fine: Bench['measure'] = async () => ({ title: 'sample', figures: { rssMiB: 1.5 }, tables: [], notes: [] })

test.serial('with --json the output is one object of figures; progress goes elsewhere', async (t) => {
  const { exitCode, out, err } = await runHere(['sample', '--json'], (asked) => {
    asked.say('measuring')
    return fine(asked)
  })
  t.is(exitCode, 0)
  t.is(out, '{"rssMiB":1.5}\n')
  t.regex(err, /measuring/)
})

test.serial('without --json the report names the command that gives it again', async (t) => {
  const { out } = await runHere(['sample', '--rounds', '2'], fine)
  t.regex(out, /again: npm run bench -- sample --rounds 2$/m)
})

test.serial('a bench that fails exits 1 and prints no figures; its directory is gone', async (t) => {
  const { exitCode, out, err } = await runHere(['sample', '--json'], async ({ directory }) => {
    t.true(existsSync(directory))
    throw new Error('the peer did not answer')
  })
  t.is(exitCode, 1)
  t.is(out, '')
  t.regex(err, /the peer did not answer/)
  t.false(existsSync(runDirectoryOf(process.pid)))
})

test.serial('a bench that is stopped exits 130', async (t) => {
  const stop = new AbortController()
  const { exitCode, out } = await runHere(
    ['sample'],
    async (asked) => {
      stop.abort(new Error('stopped by a test'))
      asked.signal.throwIfAborted()
      return fine(asked)
    },
    stop.signal,
  )
  t.is(exitCode, 130)
  t.is(out, '')
})

test('npm run bench -- store --json ends with one line of figures, ours and the peer beside it', async (t) => {
  const { stdout } = await run(process.execPath, [main, 'store', '--json', '--rounds', '1', '--seconds', '1'], { deadlineMs: 60_000 })
  const figures = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Record<string, number>
  t.true(
    Object.values(figures).every((value) => Number.isFinite(value) && value > 0),
    stdout,
  )
  t.true('commitP50Ms' in figures && 'bareSqliteCommitP50Ms' in figures)
})

test('a wrong name exits 2 with the names that exist', async (t) => {
  const { stdout, stderr } = await run(process.execPath, [main, 'gatway'], { accept: [2] })
  t.is(stdout, '')
  t.regex(stderr, /did you mean 'gateway'/)
})

test('SIGTERM ends a bench, which leaves nothing behind', async (t) => {
  await using started = await startProcess(process.execPath, [main, 'store', '--rounds', '999', '--seconds', '1'])
  await eventually(() => started.stderr.includes('round 1'), { deadlineMs: 30_000, what: 'the first round' })
  t.true(existsSync(runDirectoryOf(started.pid)))
  started.kill('SIGTERM')
  t.is((await started.closed).code, 130)
  t.false(existsSync(runDirectoryOf(started.pid)))
})
