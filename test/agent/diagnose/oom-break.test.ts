import { join } from 'node:path'
import test from 'ava'
import { openDiagnosis } from '../../../agent/diagnose/open.ts'
import { systemClock } from '../../../shared/clock/clock.ts'
import { agentSettings } from '../../../shared/config/agent-settings.ts'
import { silentLog } from '../../../shared/log/log.ts'
import { checkContext } from '../../support/check-context.ts'
import { agentHome, hostSpec } from '../reconcile/running.ts'
import { replicaSpec } from '../runtime/replica-specs.ts'

const stub = join(import.meta.dirname, '../../fixtures/engine-stub-oom.ts')

test('An engine that runs out of GPU memory is diagnosed at once, with what the agent changed, and the report waits for the controller', async (t) => {
  const home = await agentHome(t)
  const { reconciler, reaches } = await home.start()
  const environment = { PATH: process.env.PATH }
  await using room = await openDiagnosis({
    settings: agentSettings.parse({ dataDir: home.stateDir, diagnosis: { schedule: '' } }),
    lent: { ...checkContext(), spec: () => reconciler.spec(), statuses: () => reconciler.statuses(), instances: () => home.exec.list() },
    reconciler,
    environment,
    clock: systemClock,
    log: silentLog,
  })
  const stop = new AbortController()
  const done = room.run(stop.signal)
  t.teardown(async () => {
    stop.abort()
    await done
  })
  await reconciler.setSpec(
    hostSpec(
      1,
      replicaSpec({
        command: [process.execPath, stub],
        args: ['--host', '{{address}}', '--port', '{{port}}', '--api-key', '{{apiKey}}', '--max-num-seqs', '16'],
        engine: 'vllm',
        onOom: 'adjust',
      }),
    ),
  )
  await reaches('chat-1-0', 'ready')
  const told = room.timeline.between(0, Date.now()).filter(({ subject }) => subject === 'replica/chat-1-0')
  t.deepEqual(
    told.map(({ code }) => code),
    ['engine.cuda-oom', 'container.exit', 'engine.adjusted'],
  )
  const diagnosis = await room.outbox.next(AbortSignal.timeout(60_000))
  t.like(diagnosis, { subject: 'oom', trigger: 'break', cause: 'replica/chat-1-0' })
  const findings = diagnosis?.results.flatMap((result) => result.findings) ?? []
  const oom = findings.find(({ code }) => code === 'oom.gpu-memory')
  t.like(oom?.params, { phase: 'graph-capture', names: ['--max-num-seqs'], from: ['16'], to: ['8'], adjusted: true, triedMiB: 8_192 })
  t.is(oom?.verdict, 'WARNING')
})
