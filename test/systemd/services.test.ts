import test from 'ava'
import { labEngine } from '../lab/engine.ts'
import { labTest } from '../lab/requires.ts'
import { checkoutInside } from '../lab/systemd-host.ts'
import { eventually } from '../lab/wait.ts'
import { type Machine, packagePath, prefix, startMachine } from './machine.ts'

const agentUnit = 'hostler-agent.service'
const environmentFile = '/etc/hostler/agent.env'

/** Replicas without a container: a fake engine that streams slowly. */
const slowDeployment = `
name: slow
model:
  name: slow
runtime: exec
engine:
  preset: custom
  command: [${prefix}/lib/hostler/node]
  args: [${checkoutInside}/test/fixtures/engine-stub-slow.ts, "{{address}}", "{{port}}"]
health:
  path: /health
stopGrace: 1s
`

/** A replica in a container: the real engine. */
const containerDeployment = (image: string, model: string) => `
name: real
model:
  name: real
  path: ${model}
image: ${image}
engine:
  preset: llamacpp
  maxModelLen: 256
resources:
  memory:
    request: 256Mi
`

/** Only what belongs to the machine's own network namespace: the rest would be this one's. */
const profile = `
kind: TuningProfile
name: lab
onDrift: report
sysctl:
  net.core.somaxconn: 16384
`

const deploy = async (machine: Machine, spec: string): Promise<void> => {
  await machine.run('tee', ['/tmp/spec.yaml'], { input: spec })
  await machine.hostler(['deploy', '-f', '/tmp/spec.yaml'], { deadlineMs: 90_000 })
}

const token = async (machine: Machine, kind: 'host' | 'gateway'): Promise<string> => {
  const { stdout } = await machine.hostler(['token', 'create', '--kind', kind, '--output', 'json'])
  return (JSON.parse(stdout) as { token: string }).token
}

const exists = async (machine: Machine, path: string): Promise<boolean> =>
  (await machine.run('test', ['-e', path], { accept: [0, 1] })).code === 0

/** What must not change when the agent comes and goes: processes of engines, and containers with the moments of their start. */
const replicas = async ({ run, host }: Machine): Promise<{ readonly processes: string; readonly containers: readonly string[] }> => {
  const { stdout } = await run('pgrep', ['--full', '^[^ ]*/node .*engine-stub-slow'], { accept: [0, 1] })
  const listed = await host.docker.listContainers({ filters: { label: ['hostler.replica'] } })
  const inspected = await Promise.all(listed.map(({ Id }) => host.docker.getContainer(Id).inspect()))
  return { processes: stdout, containers: inspected.map(({ Id, State }) => `${Id} ${State.StartedAt}`).toSorted() }
}

const onSystemd = labTest(test.serial, { systemd: true })
let machine: Machine

onSystemd('an installation with a bad token changes nothing on the machine', async (t) => {
  t.timeout(120_000)
  const engine = await labEngine()
  machine = await startMachine([`${engine.modelDirectory}:${engine.modelDirectory}:ro`])
  const install = [`${packagePath}/bin/hostler`, ['agent', 'install', '--prefix', prefix, '--join', 'hostler1.nonsense']] as const
  const { stderr } = await machine.run(...install, { accept: [1] })
  t.regex(stderr, /code: TOKEN_INVALID/)
  for (const path of [prefix, '/etc/hostler', '/var/lib/hostler', '/usr/local/lib/systemd/system'])
    t.false(await exists(machine, path), path)
})

onSystemd('an installation without a token brings everything but starts nothing', async (t) => {
  const { stdout } = await machine.run(`${packagePath}/bin/hostler`, ['agent', 'install', '--prefix', prefix])
  t.regex(stdout, /hostler agent install --join TOKEN/)
  t.is(await machine.property(agentUnit, 'ActiveState'), 'inactive')
  t.is(await machine.property(agentUnit, 'UnitFileState'), 'disabled')
})

onSystemd('the controller runs as a user of its own, and no other user can read its key', async (t) => {
  await machine.startUnit('controller')
  t.is(await machine.property('hostler-controller.service', 'ActiveState'), 'active')
  t.regex(await machine.property('hostler-controller.service', 'StatusText'), /listening on port 7400/)
  const { stdout } = await machine.run('stat', ['--format', '%U %a', '/var/lib/hostler/controller', '/var/lib/hostler/controller/ca.key'])
  t.is(stdout, 'hostler-controller 700\nhostler-controller 600\n')
})

onSystemd('with a token the installation joins the fleet and ends when systemd knows the agent to be ready', async (t) => {
  const { stdout } = await machine.hostler([
    'agent',
    'install',
    '--prefix',
    prefix,
    '--join',
    await token(machine, 'host'),
    '--name',
    'gpu-1',
  ])
  t.regex(stdout, /joined the fleet/)
  t.is(await machine.property(agentUnit, 'ActiveState'), 'active')
  t.is(await machine.property(agentUnit, 'UnitFileState'), 'enabled')
  t.regex(await machine.property(agentUnit, 'StatusText'), /^host h-/)
  t.is((await machine.run('stat', ['--format', '%U %a', environmentFile])).stdout, 'root 600\n')
  const program = await machine.run('readlink', [`/proc/${await machine.property(agentUnit, 'MainPID')}/exe`])
  t.is(program.stdout.trim(), `${prefix}/lib/hostler/node`)
})

onSystemd('installing again changes nothing and keeps what the administrator wrote', async (t) => {
  const edited = '# mine\nHOSTLER_AGENT_LOG_LEVEL=debug\n'
  await machine.run('tee', [environmentFile], { input: edited })
  const before = await machine.property(agentUnit, 'MainPID')
  const { stdout } = await machine.hostler(['agent', 'install', '--prefix', prefix])
  t.regex(stdout, /runs already/)
  t.notRegex(stdout, /wrote|copied/)
  t.is(await machine.property(agentUnit, 'MainPID'), before)
  t.is((await machine.run('cat', [environmentFile])).stdout, edited)
})

onSystemd('an agent run by its unit tunes the machine, says what stands against it, and gives everything back', async (t) => {
  t.timeout(120_000)
  const somaxconn = async () => (await machine.run('cat', ['/proc/sys/net/core/somaxconn'])).stdout.trim()
  // The container engine gives the machine a /proc/sys that cannot be written, as some hosting companies do.
  await machine.run('tee', ['/tmp/profile.yaml'], { input: profile })
  await machine.hostler(['apply', '-f', '/tmp/profile.yaml'])
  const before = await somaxconn()
  const refused = await machine.hostler(['tune', 'apply', 'gpu-1', '--profile', 'lab', '--yes'], { accept: [0, 1, 2, 3, 4, 5, 6, 7, 8] })
  t.not(refused.code, 0)
  t.regex(refused.stdout, /read-only/i)
  t.is(await somaxconn(), before)

  await machine.run('mount', ['--options', 'remount,bind,rw', '/proc/sys'])
  await machine.run('systemctl', ['restart', agentUnit])
  await machine.hostler(['tune', 'apply', 'gpu-1', '--yes'])
  t.is(await somaxconn(), '16384')
  await machine.run('sysctl', ['--write', 'net.core.somaxconn=7000'])
  const planned = await machine.hostler(['tune', 'plan', 'gpu-1'], { accept: [0, 1, 2, 3, 4, 5, 6, 7, 8] })
  t.regex(planned.stdout, /net\.core\.somaxconn +7000/)
  await machine.hostler(['tune', 'apply', 'gpu-1', '--yes'])
  t.is(await somaxconn(), '16384')
  t.regex((await machine.run('cat', ['/etc/sysctl.d/zz-hostler.conf'])).stdout, /^net\.core\.somaxconn *= *16384$/m)
  await machine.hostler(['tune', 'status', 'gpu-1'])

  await machine.hostler(['tune', 'revert', 'gpu-1', '--yes'])
  // What somebody set by hand meanwhile is what was there before.
  t.is(await somaxconn(), '7000')
  t.false(await exists(machine, '/etc/sysctl.d/zz-hostler.conf'))
  // Tuned again, for the purge to give back.
  await machine.hostler(['tune', 'apply', 'gpu-1', '--profile', 'lab', '--yes'])
})

onSystemd('stopping, restarting and killing the agent leaves its engines and containers alone', async (t) => {
  t.timeout(120_000)
  const engine = await labEngine()
  await engine.load(machine.host.docker)
  await deploy(machine, slowDeployment)
  await deploy(machine, containerDeployment(engine.image, await engine.modelFile(1)))
  const before = await replicas(machine)
  t.is(before.processes.trim().split('\n').length, 1)
  t.is(before.containers.length, 1)

  await machine.run('systemctl', ['restart', agentUnit])
  t.deepEqual(await replicas(machine), before)
  await machine.run('systemctl', ['stop', agentUnit])
  t.is(await machine.property(agentUnit, 'Result'), 'success')
  t.deepEqual(await replicas(machine), before)
  await machine.run('systemctl', ['start', agentUnit])
  await machine.run('systemctl', ['kill', '--kill-whom=main', '--signal=SIGKILL', agentUnit])
  await eventually(
    async () =>
      Number(await machine.property(agentUnit, 'NRestarts')) === 1 && (await machine.property(agentUnit, 'ActiveState')) === 'active',
    {
      deadlineMs: 20_000,
      what: 'systemd to have started the killed agent again',
    },
  )
  t.deepEqual(await replicas(machine), before)
  await eventually(async () => /"ready"/.test((await machine.hostler(['get', 'hosts', '--output', 'json'])).stdout), {
    deadlineMs: 20_000,
    what: 'the host to be ready again',
  })
  t.deepEqual(await replicas(machine), before)
})

onSystemd('an agent that hangs is killed by the watchdog and started again, and its replicas run on', async (t) => {
  t.timeout(60_000)
  const dropIn = `/run/systemd/system/${agentUnit}.d`
  await machine.run('mkdir', [dropIn])
  await machine.run('tee', [`${dropIn}/watchdog.conf`], { input: '[Service]\nWatchdogSec=2\n' })
  await machine.run('systemctl', ['daemon-reload'])
  await machine.run('systemctl', ['restart', agentUnit])
  const before = await replicas(machine)
  const hanging = await machine.property(agentUnit, 'MainPID')
  await machine.run('kill', ['-STOP', hanging])
  await eventually(
    async () => {
      const [pid, state] = [await machine.property(agentUnit, 'MainPID'), await machine.property(agentUnit, 'ActiveState')]
      return pid !== hanging && pid !== '0' && state === 'active'
    },
    { deadlineMs: 30_000, what: 'a new agent in place of the one that hangs' },
  )
  t.regex(await machine.systemd.journal(agentUnit), /Watchdog timeout/)
  t.deepEqual(await replicas(machine), before)
  await machine.run('rm', ['-r', dropIn])
  await machine.run('systemctl', ['daemon-reload'])
})

onSystemd('a gateway that is stopped lets requests in flight end, and takes no more', async (t) => {
  t.timeout(60_000)
  await machine.run('tee', ['/etc/hostler/gateway.env'], { input: `HOSTLER_JOIN_TOKEN=${await token(machine, 'gateway')}\n` })
  await machine.startUnit('gateway')
  const key = JSON.parse((await machine.hostler(['key', 'create', 'tests', '--output', 'json'])).stdout) as { key: string }
  const complete = (tokens: number) =>
    fetch(`http://${machine.host.address}:8080/v1/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'slow', prompt: 'x', stream: true, max_tokens: tokens }),
      signal: AbortSignal.timeout(30_000),
    })
  const response = await eventually(
    async () => {
      const attempt = await complete(20)
      return attempt.status === 200 && attempt
    },
    { deadlineMs: 20_000, what: 'the gateway to serve the model' },
  )
  const stopping = machine.run('systemctl', ['stop', 'hostler-gateway.service'], { deadlineMs: 60_000 })
  await eventually(
    () =>
      complete(1).then(
        () => false,
        () => true,
      ),
    { deadlineMs: 10_000, what: 'the gateway to refuse new connections' },
  )
  const text = await response.text()
  t.true(text.includes('"20 "') && text.trimEnd().endsWith('[DONE]'), text)
  await stopping
  t.is(await machine.property('hostler-gateway.service', 'Result'), 'success')
})

onSystemd('the configuration in /etc/hostler is read, and a wrong one is told in the journal and not tried over and over', async (t) => {
  const unit = 'hostler-controller.service'
  const file = '/etc/hostler/controller.yaml'
  await machine.run('tee', [file], { input: 'lease:\n  durationMS: 9000\n' })
  await machine.run('systemctl', ['restart', unit], { accept: [1] })
  await eventually(async () => (await machine.property(unit, 'ActiveState')) === 'failed', {
    deadlineMs: 10_000,
    what: 'the unit to have failed for good',
  })
  t.regex(await machine.systemd.journal(unit), /controller\.yaml:2:3: lease\.durationMS: unknown field, did you mean durationMs\?/)
  await machine.run('tee', [file], { input: 'lease:\n  durationMs: 9000\n' })
  await machine.run('systemctl', ['restart', unit])
  t.is(await machine.property(unit, 'ActiveState'), 'active')
})

onSystemd('uninstalling leaves replicas and state, and refuses to purge while replicas run', async (t) => {
  const before = await replicas(machine)
  const refused = await machine.hostler(['agent', 'uninstall', '--purge'], { accept: [1] })
  t.regex(refused.stderr, /replicas run on this host: .*slow-1/)
  t.is(await machine.property(agentUnit, 'ActiveState'), 'active')

  const { stdout } = await machine.hostler(['agent', 'uninstall'])
  t.regex(stdout, /these replicas go on/)
  t.is(await machine.property(agentUnit, 'LoadState'), 'not-found')
  t.deepEqual(await replicas(machine), before)
  t.true(await exists(machine, '/var/lib/hostler/agent/credentials.json'))
  t.true(await exists(machine, environmentFile))

  await machine.hostler(['agent', 'install', '--prefix', prefix])
  t.is(await machine.property(agentUnit, 'ActiveState'), 'active')
  t.deepEqual(await replicas(machine), before)
})

onSystemd('purging removes identity and state, and nothing of others', async (t) => {
  t.timeout(90_000)
  for (const name of ['slow', 'real']) await machine.hostler(['delete', name])
  await eventually(
    async () => {
      const { processes, containers } = await replicas(machine)
      return processes === '' && containers.length === 0
    },
    { deadlineMs: 60_000, what: 'the replicas to be gone' },
  )
  await machine.run('touch', ['/var/lib/hostler/models/weights.gguf', '/var/lib/hostler/agent/mine'])
  const purged = await machine.hostler(['agent', 'uninstall', '--purge'])
  t.regex(purged.stdout, /gave back what the profile lab had set/)
  t.false(await exists(machine, '/etc/sysctl.d/zz-hostler.conf'))
  t.false(await exists(machine, environmentFile))
  t.is((await machine.run('ls', ['/var/lib/hostler/agent'])).stdout, 'mine\n')
  t.true(await exists(machine, '/var/lib/hostler/models/weights.gguf'))
  t.is(await machine.property('hostler-controller.service', 'ActiveState'), 'active')
  const again = await machine.hostler(['agent', 'uninstall', '--purge'])
  t.regex(again.stdout, /is not installed/)
})

test.after.always('the machine is removed', async () => {
  await machine?.[Symbol.asyncDispose]()
})
