import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { eventually } from '../../lab/wait.ts'
import { joinAgent } from '../../support/agent.ts'
import { startTestController } from '../../support/controller.ts'
import { scratchDirectory } from '../../support/scratch.ts'
import { startWebhook } from '../../support/webhook.ts'
import { run } from './support/run.ts'

test('alerts are listed, shown, silenced and tried from the command line, and their exit codes say how bad it is', async (t) => {
  await using hook = await startWebhook()
  await using scratch = await scratchDirectory()
  await using fleet = await startTestController({ lease: { durationMs: 4_000, heartbeatMs: 200, graceMs: 0 }, alerts: { intervalMs: 500 } })
  const credentialsFile = fleet.controller.adminFile
  const hostler = (...words: readonly string[]) => run(words, { credentialsFile })
  const documents = join(scratch.path, 'alerts.yaml')
  await writeFile(
    documents,
    `{ kind: AlertReceiver, name: ops, groupWait: '0', webhook: { url: '${hook.url}' } }\n---\n{ kind: AlertRule, name: tuning-drift, enabled: false }\n`,
  )
  t.like(await hostler('apply', '-f', documents), { exitCode: 0, stdout: 'receiver ops created\nrule tuning-drift created\n' })

  t.like(await hostler('alert', 'list', '--check'), { exitCode: 0, stdout: '', stderr: 'no alerts\n' })
  const agent = await joinAgent(fleet, { name: 'gpu-1' })
  await agent.stop()
  await eventually(async () => (await hostler('alert', 'list', '--check')).exitCode === 11, {
    deadlineMs: 20_000,
    what: 'a critical alert',
  })
  const { stdout } = await hostler('alert', 'list')
  t.regex(stdout, /firing +critical +host-lost +host=gpu-1 /)
  const [{ id }] = JSON.parse((await hostler('alert', 'list', '-o', 'json')).stdout).items
  t.regex((await hostler('alert', 'show', id.slice(0, 6))).stdout, /^gpu-1 is lost\n\nAlert: +\w+\n[\s\S]*Remedy: +Look at its power/)
  t.regex((await hostler('alert', 'show', id, '--lang', 'zh')).stdout, /^gpu-1 已失联\n/)

  t.regex(
    (await hostler('alert', 'silence', id, '--for', '1h', '--comment', 'known')).stdout,
    /^silence s\w+ until .*: alertname=host-lost host=gpu-1\nit covers 1 alert that fires now\n$/,
  )
  t.like(await hostler('alert', 'list', '--check'), { exitCode: 0 }, 'what is silenced is no reason to call anyone')
  const [silence] = JSON.parse((await hostler('alert', 'silences', '-o', 'json')).stdout).items
  t.like(silence, { matchers: ['alertname=host-lost', 'host=gpu-1'], author: 'admin', comment: 'known', alerts: 1 })
  t.is((await hostler('alert', 'unsilence', silence.id)).stdout, `silence ${silence.id} is over\n`)
  t.is((await hostler('alert', 'list', '--check')).exitCode, 11)

  t.is((await hostler('alert', 'test', 'ops')).stdout, 'ops was told: the webhook took it\n')
  t.is(JSON.parse(hook.posts.at(-1)?.body ?? '').alerts[0].labels.alertname, 'hostler-test')
  hook.status = 500
  t.like(await hostler('alert', 'test', 'ops'), { exitCode: 1 })
  t.like(await hostler('alert', 'test', 'opps'), { exitCode: 3 })
  t.like(await hostler('alert', 'show', 'ffff'), { exitCode: 3 })
  t.like(await hostler('alert', 'silence', 'host', '--for', '1h'), { exitCode: 3 })
  t.like(await hostler('alert', 'silence', 'a=b', 'c', '--for', '1h'), { exitCode: 2 })
  t.regex((await hostler('alert', 'rules')).stdout, /tuning-drift +hostler +info +no /)
  t.regex((await hostler('alert', 'receivers')).stdout, /ops +critical,warning +- +webhook http/)
  t.regex((await hostler('alert', 'notices')).stdout, /ops +sent +1 +0 /)
  t.like(await hostler('delete', 'receiver/ops', 'rule/tuning-drift', '--yes'), { exitCode: 0 })
  t.is((await hostler('alert', 'receivers', '-o', 'json')).stdout, '{\n  "items": []\n}\n')
})

test('a rule on an unknown metric is refused at its line, before the controller hears of it', async (t) => {
  await using scratch = await scratchDirectory()
  const file = join(scratch.path, 'rule.yaml')
  await writeFile(file, 'kind: AlertRule\nname: hot\nmetric: hostler_gpu_temp_celsius\nabove: 90\n')
  const { exitCode, stderr } = await run(['alert', 'export', '-f', file])
  t.is(exitCode, 2)
  t.regex(stderr, /rule\.yaml:3:9: metric: hosts send no metric of this name; did you mean hostler_gpu_temperature_celsius\?/)
})
