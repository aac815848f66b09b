import test from 'ava'
import type { Check } from '../../../agent/diagnose/check.ts'
import type { CheckContext } from '../../../agent/diagnose/context.ts'
import { hostFiles } from '../../../agent/diagnose/files.ts'
import { runChecks } from '../../../agent/diagnose/run-checks.ts'
import type { CheckId } from '../../../shared/diagnosis/catalogue.ts'
import { found } from '../../../shared/diagnosis/found.ts'

// These checks ask nothing of their context but the time.
const context = { nowUnixMs: () => 0 } as CheckContext
const check = (run: Check['run'], deadlineMs = 10_000): Check => ({ id: 'a.check' as CheckId, subject: 'host', deadlineMs, run })
const only = async (one: Check, signal = new AbortController().signal) => (await runChecks([one], context, signal))[0]

test('A check with nothing to say passes, and shows what it looked at', async (t) => {
  const looked = [{ source: '/proc/loadavg', lines: ['0.1'] }]
  const result = await only(check(async () => ({ findings: [], looked })))
  t.is(result?.verdict, 'PASS')
  t.deepEqual(result?.looked, looked)
})

test('The verdict of a check is that of its worst finding', async (t) => {
  const finding = (verdict: 'INFO' | 'CRITICAL') =>
    found('looking.unreadable', verdict, { subject: 'host', params: { what: 'x' }, evidence: [] })
  const result = await only(check(async () => ({ findings: [finding('INFO'), finding('CRITICAL'), finding('INFO')], looked: [] })))
  t.is(result?.verdict, 'CRITICAL')
})

test('A check that throws could not look, and says what it met', async (t) => {
  const result = await only(check(() => Promise.reject(new Error('no such table'))))
  t.is(result?.verdict, 'UNKNOWN')
  t.like(result?.findings[0], { code: 'looking.failed', params: { message: 'no such table' } })
})

test('A check that may not read a file names the file', async (t) => {
  const error = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES', path: '/proc/1/limits' })
  const result = await only(check(() => Promise.reject(error)))
  t.like(result?.findings[0], { code: 'looking.forbidden', verdict: 'UNKNOWN', params: { what: '/proc/1/limits' } })
})

test('A check that hangs is given up at its deadline, what it started is told to end, and the next one runs', async (t) => {
  const { promise: told, resolve: tell } = Promise.withResolvers<void>()
  const hangs = check((_context, signal) => {
    signal.addEventListener('abort', () => tell(), { once: true })
    return new Promise(() => {})
  }, 20)
  const results = await runChecks([hangs, check(async () => ({ findings: [], looked: [] }))], context, new AbortController().signal)
  t.like(results[0]?.findings[0], { code: 'looking.late', verdict: 'UNKNOWN' })
  t.is(results[1]?.verdict, 'PASS')
  await told
})

test('When nobody waits any more the rest is not looked at', async (t) => {
  const left = new AbortController()
  const leaves = check(async () => {
    left.abort()
    return { findings: [], looked: [] }
  })
  t.is((await runChecks([leaves, leaves, leaves], context, left.signal)).length, 1)
})

test('Files that are not there are undefined, files of /proc are read to their end, and links are named', async (t) => {
  const files = hostFiles('')
  t.is(await files.text('/proc/none/such'), undefined)
  t.regex((await files.text('/proc/self/status')) ?? '', /^Name:[\s\S]*voluntary_ctxt_switches/)
  t.deepEqual(await files.names('/proc/none'), [])
  t.regex((await files.link('/proc/self/ns/net')) ?? '', /^net:\[\d+\]$/)
  t.is(await files.link('/proc/self/status'), undefined)
})
