import { join } from 'node:path'
import test from 'ava'
import { faultReport } from '../../../shared/diagnosis/report.ts'
import { subjects } from '../../../shared/diagnosis/subjects.ts'
import { startProcess } from '../../lab/process.ts'
import { eventually } from '../../lab/wait.ts'
import { scratchDirectory } from '../../support/scratch.ts'
import { run } from '../cli/support/run.ts'

const hostler = join(import.meta.dirname, '../../../bin/hostler')
const deadlineMs = 60_000

const ports = {
  HOSTLER_CONTROLLER_LISTEN_HOST: '127.0.0.1',
  HOSTLER_CONTROLLER_LISTEN_PORT: '0',
  HOSTLER_CONTROLLER_LISTEN_ENROL_PORT: '0',
  HOSTLER_CONTROLLER_LISTEN_HEALTH_PORT: '0',
  HOSTLER_CONTROLLER_METRICS_LISTEN_PORT: '0',
  HOSTLER_CONTROLLER_ADVERTISE: '127.0.0.1',
  HOSTLER_GATEWAY_LISTEN_HOST: '127.0.0.1',
  HOSTLER_GATEWAY_LISTEN_PORT: '0',
  HOSTLER_AGENT_METRICS_LISTEN_PORT: '0',
  HOSTLER_AGENT_DIAGNOSIS_SCHEDULE: '',
  HOSTLER_AGENT_NAME: 'here',
}

test('a real agent looks at its host for every subject, and each look is a report that can be shown in every form', async (t) => {
  t.timeout(300_000)
  await using directory = await scratchDirectory()
  await using up = await startProcess(hostler, ['up', '--data-dir', directory.path], { env: ports })
  await up.outputs(/ up {2}/, deadlineMs)
  const credentialsFile = join(directory.path, 'controller/admin.json')
  const cli = (line: string) => run(line.split(' '), { credentialsFile })
  await eventually(async () => (await cli('get hosts -o json')).stdout.includes('"ready"'), { deadlineMs, what: 'the host to be ready' })
  for (const subject of subjects) {
    const { exitCode, stdout, stderr } = await cli(`diagnose ${subject} here -o json`)
    t.true([0, 10, 11, 12].includes(exitCode), stderr)
    const report = faultReport.parse(JSON.parse(stdout))
    t.is(report.subject, subject)
    const [host] = report.hosts
    t.is(host?.problem, null)
    t.true((host?.results.length ?? 0) > 0, `nothing was looked at for ${subject}`)
    t.deepEqual(host?.clock?.aheadMs, 0, 'both have the same clock')
  }
  t.is((await cli('report list -o name')).stdout.trim().split('\n').length, subjects.length)
  for (const form of ['text', 'yaml', 'markdown', 'html'])
    for (const language of ['en', 'zh']) {
      const { exitCode, stdout } = await cli(`report show -o ${form} --lang ${language}`)
      t.is(exitCode, 0)
      t.notRegex(stdout, /undefined|\[object Object\]/)
    }
})
