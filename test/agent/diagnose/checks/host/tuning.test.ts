import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { judgeTuning, tuning } from '../../../../../agent/diagnose/checks/host/tuning.ts'
import { wordsIn } from '../../../../../shared/diagnosis/words/words.ts'
import type { TuneAnswer, TuneRow } from '../../../../../shared/tuning/answer.ts'
import { checkContext } from '../../../../support/check-context.ts'
import { scratchDirectory } from '../../../../support/scratch.ts'
import { floor, hostFiles, noSignal, openTuner, profileOf, setting, writeHost } from '../../../tune/scratch-host.ts'

const row = (changes: Partial<TuneRow> = {}): TuneRow => ({
  kind: 'sysctl',
  key: 'net.core.somaxconn',
  comparison: 'at-least',
  wanted: '65535',
  live: '65535',
  persisted: [{ file: '/etc/sysctl.d/90-hostler.conf', line: 3, value: '65535', wins: true }],
  containers: [],
  used: 'unknown',
  usedBy: '',
  state: 'holds',
  step: 'none',
  before: '4096',
  message: '',
  reason: 'bursts of connections',
  source: 'kernel documentation',
  ...changes,
})
const answer = (rows: readonly TuneRow[], changes: Partial<TuneAnswer> = {}): TuneAnswer => ({
  action: 'status',
  profile: 'inference',
  atUnixMs: 1,
  state: 'drifted',
  message: '',
  rows: [...rows],
  conflicts: [],
  ...changes,
})

test('a host whose settings hold passes, and one without a profile is told so', (t) => {
  t.deepEqual(judgeTuning(answer([row(), row({ live: '131072' })])).findings, [])
  t.like(judgeTuning(undefined).findings[0], { code: 'host.no-profile', verdict: 'INFO' })
})

test('drift is told with the file that wins at the next boot, and tuned is ruled out where it does not own the key', (t) => {
  const persisted = [
    { file: '/etc/sysctl.d/90-hostler.conf', line: 3, value: '65535', wins: false },
    { file: '/etc/sysctl.d/99-zz.conf', line: 1, value: '512', wins: true },
  ]
  const { findings } = judgeTuning(answer([row({ live: '512', state: 'differs', persisted })]))
  t.like(findings[0], { code: 'host.setting-differs', verdict: 'WARNING', subject: 'setting/net.core.somaxconn' })
  t.like(findings[0]?.params, { live: '512', wanted: '65535', file: '/etc/sysctl.d/99-zz.conf', fileValue: '512', by: '' })
  t.is(findings[0]?.ruledOut[0]?.cause, 'host.no-profile-owner')
  t.true(findings[0]?.evidence[0]?.lines.includes('/etc/sysctl.d/99-zz.conf:1 = 512 (wins at the next boot)'))
})

test('tuned on the same key is a conflict that is explained, with the command that ends it', (t) => {
  const conflict = { with: 'tuned', keys: ['vm.swappiness'], message: 'tuned has the profile balanced', remedy: '' }
  const drifted = row({ key: 'vm.swappiness', comparison: 'exact', wanted: '10', live: '60', state: 'differs', persisted: [] })
  const { findings } = judgeTuning(answer([drifted], { conflicts: [conflict] }))
  t.deepEqual(
    findings.map(({ code }) => code),
    ['host.tuning-conflict', 'host.setting-differs'],
  )
  t.is(findings[1]?.params.by, 'tuned')
  t.deepEqual(findings[1]?.ruledOut, [])
  const [words] = findings.map((finding) => wordsIn('en').finding(finding))
  t.true(words?.remedies.some(({ command }) => command.startsWith('tuned-adm off')))
})

test('what holds now and would not after the next boot is told', (t) => {
  const persisted = [{ file: '/etc/sysctl.conf', line: 9, value: '128', wins: true }]
  t.like(judgeTuning(answer([row({ persisted })])).findings, [
    { code: 'host.setting-overridden', params: { file: '/etc/sysctl.conf', fileValue: '128' } },
  ])
})

test('what holds now and stands in no file is told, and so is a limit that waits for the container engine', (t) => {
  const unwritten = row({ persisted: [], step: 'persist' })
  t.like(judgeTuning(answer([unwritten])).findings, [{ code: 'host.setting-overridden', params: { file: '' } }])
  t.deepEqual(judgeTuning(answer([row({ persisted: [] })])).findings, [], 'a floor that the kernel keeps by itself needs no file')
  const limit = row({ kind: 'engine-limit', key: 'memlock', wanted: 'unlimited', live: '65536', state: 'differs', persisted: [] })
  t.like(judgeTuning(answer([limit])).findings, [{ code: 'host.setting-pending', verdict: 'INFO' }])
  t.like(judgeTuning(answer([{ ...limit, step: 'failed' }])).findings, [{ code: 'host.setting-differs', verdict: 'WARNING' }])
})

test('a container with a namespace of its own that does not have the value is named; one that shares the host is not', (t) => {
  const containers = [
    { replicaId: 'a', value: '4096', own: true },
    { replicaId: 'b', value: '4096', own: false },
    { replicaId: 'c', value: '65535', own: true },
    { replicaId: 'd', value: null, own: true },
  ]
  const { findings } = judgeTuning(answer([row({ containers })]))
  t.like(findings, [{ code: 'host.setting-not-in-containers', params: { values: ['4096'], replicas: ['a'] } }])
})

test('what cannot be read is UNKNOWN, what this machine does not have is nothing, advice is a hint', (t) => {
  t.like(judgeTuning(answer([row({ state: 'unreadable', live: null, message: 'EACCES' })])).findings[0], { verdict: 'UNKNOWN' })
  t.deepEqual(judgeTuning(answer([row({ state: 'absent', live: null })])).findings, [])
  const advice = row({ kind: 'filesystem', key: 'type', comparison: 'advise', wanted: 'xfs', live: 'ext4', state: 'advice' })
  t.like(judgeTuning(answer([advice])).findings[0], { code: 'host.setting-advice', verdict: 'INFO' })
})

test('a profile that could not be applied is told', (t) => {
  t.like(judgeTuning(answer([], { state: 'failed', message: 'read-only /proc/sys' })).findings[0], {
    code: 'host.tuning-failed',
    params: { message: 'read-only /proc/sys' },
  })
})

test('what a real tuner answers of a drifted host is told with the file that would win, and mended it passes', async (t) => {
  const scratch = await scratchDirectory()
  t.teardown(() => scratch[Symbol.asyncDispose]())
  const [root, stateDir] = [join(scratch.path, 'host'), join(scratch.path, 'state')]
  await writeHost(root, hostFiles)
  await mkdir(stateDir)
  await using tuner = await openTuner({ root, stateDir })
  const untuned = checkContext({ tuning: (signal) => tuner.answer('status', undefined, signal) })
  t.deepEqual(
    (await tuning.run(untuned, noSignal)).findings.map(({ code }) => code),
    ['host.no-profile'],
  )

  tuner.setProfile(profileOf([floor('net.core.somaxconn', 65_535), setting('vm.swappiness', 10)]))
  await tuner.answer('apply', undefined, noSignal)
  t.deepEqual((await tuning.run(untuned, noSignal)).findings, [])

  const other = '/etc/sysctl.d/zzz-other.conf'
  await writeHost(root, { '/proc/sys/vm/swappiness': '60\n', [other]: 'vm.swappiness = 30\n' })
  const { findings } = await tuning.run(untuned, noSignal)
  const drifted = findings.find(({ code }) => code === 'host.setting-differs')
  t.like(drifted?.params, { key: 'vm.swappiness', wanted: '10', live: '60', file: other, fileValue: '30' })
})
