import test from 'ava'
import { happened } from '../../../shared/diagnosis/found.ts'
import type { HostDiagnosis } from '../../../shared/diagnosis/host-diagnosis.ts'
import { eventually } from '../../lab/wait.ts'
import { joinAgent } from '../../support/agent.ts'
import { startTestController, type TestController } from '../../support/controller.ts'
import { run } from '../cli/support/run.ts'
import { diagnosisOf, result, unheardOf } from './answers.ts'

const ill = (id: string, change: Partial<HostDiagnosis> = {}, code = 'gpu.melted') =>
  diagnosisOf([result('gpu.heat', [{ ...unheardOf(), code }])], { id, subject: 'gpu', trigger: 'schedule', ...change })
const well = (id: string) => diagnosisOf([result('gpu.heat')], { id, subject: 'gpu', trigger: 'schedule' })

const hostlerOf = (fleet: TestController) => (line: string) => run(line.split(' '), { credentialsFile: fleet.controller.adminFile })

const reports = async (fleet: TestController): Promise<readonly string[]> =>
  (await fleet.control.reports({ limit: 0, subject: '', host: '' })).map(({ id }) => id)

const told = async (fleet: TestController): Promise<readonly string[]> => {
  const found: string[] = []
  const query = { follow: false, limit: 100, subject: '', afterId: 0 }
  for await (const { reason, message } of fleet.control.events(query, new AbortController().signal))
    if (/^Fault/.test(reason)) found.push(`${reason}: ${message}`)
  return found
}

test('what an agent finds by itself becomes a report and an event once, however long it lasts and over a restart, and its end is told', async (t) => {
  await using fleet = await startTestController()
  await using agent = await joinAgent(fleet, { name: 'gpu-01' })
  const taken = (what: string, done: () => Promise<boolean>) => eventually(done, { deadlineMs: 20_000, what })

  agent.report(well('d-0'))
  agent.report(ill('d-1'))
  agent.report(ill('d-1'))
  agent.report(ill('d-2'))
  agent.report(ill('d-3', {}, 'gpu.stolen'))
  await taken('the second fault', async () => (await reports(fleet)).includes('r-d-3'))
  t.deepEqual((await reports(fleet)).toSorted(), ['r-d-1', 'r-d-3'], 'PASS and what is known leave no report')
  t.deepEqual(await told(fleet), [
    'FaultFound: CRITICAL gpu-01: gpu.melted (celsius 1064); hostler report show r-d-1',
    'FaultFound: CRITICAL gpu-01: gpu.stolen (celsius 1064); hostler report show r-d-3',
  ])

  await fleet.restart()
  agent.report(ill('d-4', {}, 'gpu.stolen'))
  agent.report(well('d-5'))
  await taken('the end of the fault', async () => (await told(fleet)).length === 3)
  t.is((await told(fleet)).at(-1), 'FaultGone: gpu-01: the scheduled diagnosis of gpu finds no fault any more')
  t.is((await reports(fleet)).length, 2)

  agent.report(ill('d-6'))
  await taken('the fault that came back', async () => (await reports(fleet)).includes('r-d-6'))
})

test('what breaks is reported each time, with what it did', async (t) => {
  await using fleet = await startTestController()
  await using agent = await joinAgent(fleet, { name: 'gpu-01' })
  const exit = happened('container.exit', {
    atUnixMs: Date.now() - 1_000,
    source: 'container',
    subject: 'replica/chat-1',
    params: { replica: 'chat-1', instance: 'c', exitCode: 1, oomKilled: false },
  })
  const broken = { trigger: 'break', cause: 'replica/chat-1', events: [exit] } satisfies Partial<HostDiagnosis>
  agent.report(ill('d-1', broken))
  agent.report(ill('d-2', broken))
  await eventually(async () => (await reports(fleet)).length === 2, { deadlineMs: 20_000, what: 'both breaks' })
  const shown = await hostlerOf(fleet)('report show r-d-2')
  t.regex(shown.stdout, /Made because +something broke\nWhat broke +replica chat-1/)
  t.regex(shown.stdout, /gpu-01 +container +The engine of replica chat-1 ended/)
})

test('a diagnosis that is none is refused and not kept', async (t) => {
  await using fleet = await startTestController()
  await using agent = await joinAgent(fleet, { name: 'gpu-01' })
  agent.report({ ...ill('d-1'), subject: 'weather' } as unknown as HostDiagnosis)
  agent.report(ill('d-2'))
  await eventually(async () => (await reports(fleet)).includes('r-d-2'), { deadlineMs: 20_000, what: 'the one after it' })
  t.deepEqual(await reports(fleet), ['r-d-2'])
})

test('reports are listed, exported without identities, deleted, pruned, and a viewer may only read them', async (t) => {
  await using fleet = await startTestController()
  await using agent = await joinAgent(fleet, { name: 'gpu-01' })
  const uuid = 'GPU-8f3a1c2d-55aa-4b0e-9c1d-0123456789ab'
  agent.report(
    diagnosisOf([result('gpu.heat', [{ ...unheardOf(`gpu/${uuid}`), params: { serial: '1652823054321' } }])], {
      id: 'd-1',
      trigger: 'break',
    }),
  )
  agent.report(ill('d-2'))
  await eventually(async () => (await reports(fleet)).length === 2, { deadlineMs: 20_000, what: 'both reports' })
  const hostler = hostlerOf(fleet)

  t.regex((await hostler('report list')).stdout, /REPORT +VERDICT +SUBJECT +BECAUSE +AGE +HOSTS +HEADLINE\nr-d-2 +CRITICAL +gpu +schedule /)
  t.deepEqual((await hostler('report list --subject host -o name')).stdout, 'r-d-1\n')
  t.deepEqual((await hostler('report list --host gpu-09 -o name')).stdout, '')
  const whole = (await hostler('report show r-d-1 -o json')).stdout
  t.true(whole.includes(uuid) && whole.includes('1652823054321'))
  for (const form of ['text', 'json', 'yaml', 'markdown', 'html']) {
    const exported = await hostler(`report export r-d-1 -o ${form}`)
    t.false(exported.stdout.includes(uuid), form)
    t.false(exported.stdout.includes('1652823054321'), form)
    t.true(exported.stdout.includes('8f3a1c2d'), form)
  }
  t.true((await hostler('report export r-d-1 -o json --with-identities')).stdout.includes(uuid))
  t.is((await hostler('report show nothing')).exitCode, 3)

  const { token } = await fleet.control.createToken({ kind: 'user', uses: 1, ttlMs: 0, role: 'viewer', name: '' })
  const viewerFile = `${fleet.settings.dataDir}/viewer.json`
  t.is((await run(['login', '--name', 'eve', '--join', token, '--credentials', viewerFile])).exitCode, 0)
  const asViewer = (line: string) => run(line.split(' '), { credentialsFile: viewerFile })
  t.is((await asViewer('report show latest')).exitCode, 0)
  t.is((await asViewer('diagnose host')).exitCode, 6)
  t.is((await asViewer('report delete r-d-1')).exitCode, 6)

  t.is((await hostler('report delete r-d-1')).stdout, '1 report is removed\n')
  t.is((await hostler('report delete r-d-1')).exitCode, 3)
  t.is((await hostler('report prune --older-than 1ms')).stdout, '1 report is removed\n')
  t.is((await hostler('report list')).stderr, 'no reports; make one with: hostler diagnose host\n')
})
