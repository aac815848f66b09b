import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import type { DaemonOptions } from '../../../controller/cli/io.ts'
import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import { eventually } from '../../lab/wait.ts'
import { type ControlServer, startControlServer } from './support/control-server.ts'
import { deployment, fleet, host, nowUnixMs, replica, troubledFleet } from './support/fleets.ts'
import { type RunOptions, run, start } from './support/run.ts'

const withServer = test.macro(async (t, body: (t: ExecutionContext, server: ControlServer) => Promise<void>) => {
  await using server = await startControlServer()
  server.answers.fleet = troubledFleet()
  await body(t, server)
})

const hostler = (server: ControlServer, line: string, options: RunOptions = {}) =>
  run(line.split(' '), { credentialsFile: server.credentialsFile, ...options })
const requests = (server: ControlServer, call: string): unknown[] =>
  server.seen.filter((one) => one.call === call).map(({ request }) => request)

test(
  'describe shows a broken replica with its reason, findings, remedies, warnings, last words and events',
  withServer,
  async (t, server) => {
    server.answers.events = [
      { id: 1, atUnixMs: nowUnixMs - 60_000, level: 'warning', reason: 'ReplicaExited', subject: 'replica/ds7b-2', message: 'code 1' },
    ]
    const { stdout } = await hostler(server, 'describe ds7b-2', { columns: 100 })
    t.is(
      stdout,
      `Replica:     ds7b-2
State:       backoff for 3m
Reason:      EXITED: the engine exited with code 1 after 8 s
Next start:  in 20s
Deployment:  ds7b, revision 1
Host:        gpu-1 (h-gpu-1)
GPUs:        #1 NVIDIA H200
Traffic:     gateways do not send to it, 0 in flight
Endpoint:    10.0.0.11:31000
Instance:    0123456789abcdef
Restarts:    4, last exit code 1
Created:     2026-01-31 02:55:00Z (5m ago)

Adjusted:
  --max-num-seqs 32 -> 16  1m ago, out of GPU memory (graph-capture)
  --gpu-memory-utilization the engine's default -> 0.85  30s ago, out of GPU memory (run), held since

Preflight:
  warning MEMLOCK_UNAVAILABLE: this host cannot grant memlock
    what to do: raise LimitMEMLOCK of docker.service

Warnings:
  launched without unlimited memlock

Last log lines:
  INFO loading weights
  ValueError: max_model_len 131072 is larger than what fits

Events:
  AGE  LEVEL    REASON         SUBJECT         MESSAGE
   1m  warning  ReplicaExited  replica/ds7b-2  code 1
`,
    )
  },
)

test('describe shows why a deployment is pending, host by host, whole on 80 columns', withServer, async (t, server) => {
  const { stdout } = await hostler(server, 'describe deployment ds70b', { columns: 80 })
  t.true(
    stdout.includes(`Pending:
  1 replica has no place:
    HOST         REASON       WHAT IS IN THE WAY
    gpu-1        gpus-taken   1 of 2 GPUs is free, 4 are needed; ds7b-1 holds
                              GPU 0
    gpu-2        lost         not heard of for 3m12s
    推理主机-10  gpu-problem  nvidia-smi did not answer within 5000 ms
    What would help: add a host with 4 free GPUs of 80 GiB or more, or set
    resources.gpus to 1
`),
  )
})

test('describe shows a host with its hardware, runtimes and replicas', withServer, async (t, server) => {
  const { stdout } = await hostler(server, 'describe gpu-1', { columns: 100 })
  for (const part of [
    'State:    ready, last seen 1s ago',
    'Models:   /models on xfs, 2930 GiB free of 7813 GiB',
    'docker   27.5     yes           no',
    '  ds7b-1   ds7b        ready',
    'eth0: 10.0.0.11, 100000 Mb/s, MTU 9000',
  ]) {
    t.true(stdout.includes(part), part)
  }
})

test('describe as data carries the replicas and events of a thing; an unknown or ambiguous name is told', withServer, async (t, server) => {
  server.answers.fleet = fleet({
    hosts: [host('gpu-1'), host('twin')],
    deployments: [deployment('twin')],
    replicas: [replica('twin-1', {}, { hostId: 'h-gpu-1' })],
  })
  t.like(JSON.parse((await hostler(server, 'describe deployment twin -o json')).stdout), {
    kind: 'deployment',
    name: 'twin',
    replicas: [{ id: 'twin-1' }],
    events: [],
  })
  const ambiguous = await hostler(server, 'describe twin')
  t.is(ambiguous.exitCode, 2)
  t.regex(ambiguous.stderr, /twin is a deployment and a host; say which: hostler describe deployment twin/)
  const unknown = await hostler(server, 'describe twin-2')
  t.is(unknown.exitCode, 3)
  t.regex(unknown.stderr, /did you mean twin/)
  t.is((await hostler(server, 'describe gateway x')).exitCode, 2)
})

test('logs of one replica come as they are, those of several with the replica in front of each line', withServer, async (t, server) => {
  server.answers.log = ({ replica: id }) => (id === 'ds7b-1' ? ['one\ntwo \x1b[1mbold\x1b[0m\n'] : ['half a li', 'ne\n模', '型'])
  t.is((await hostler(server, 'logs ds7b-1 --tail 5 --timestamps')).stdout, 'one\ntwo \x1b[1mbold\x1b[0m\n')
  t.like(requests(server, 'Logs')[0] as object, { replica: 'ds7b-1', tailLines: 5, timestamps: true, follow: false })
  t.is((await hostler(server, 'logs ds7b')).stdout, '[ds7b-1] one\n[ds7b-1] two \x1b[1mbold\x1b[0m\n[ds7b-2] half a line\n[ds7b-2] 模型\n')
  t.is((await hostler(server, 'logs nope')).exitCode, 3)
  const pending = await hostler(server, 'logs ds70b')
  t.is(pending.exitCode, 3)
  t.regex(pending.stderr, /ds70b has no replicas yet; hostler describe ds70b says why/)
})

test('logs -f goes on until Ctrl-C, and through a controller that restarts', withServer, async (t, server) => {
  const stop = new AbortController()
  server.answers.log = ({ tailLines }) => [`tail of ${tailLines}\n`]
  const running = start(['logs', 'ds7b-1', '-f'], { credentialsFile: server.credentialsFile, signal: stop.signal })
  await eventually(() => running.stdout().includes('tail of 200'), { deadlineMs: 10_000, what: 'the log' })
  await server.stop()
  await eventually(() => running.stderr().includes('broke off'), { deadlineMs: 10_000, what: 'the loss to be told' })
  await server.start()
  await eventually(() => running.stdout().includes('tail of 10\n'), { deadlineMs: 20_000, what: 'the log again' })
  stop.abort()
  t.is((await running.ended).exitCode, 130)
})

test('logs -f of a replica that stops ends with it', withServer, async (t, server) => {
  server.answers.log = () => ['last words\n']
  server.answers.logEnds = true
  t.deepEqual(await hostler(server, 'logs ds7b-1 -f'), { exitCode: 0, stdout: 'last words\n', stderr: '' })
})

test('scale takes NAME=N or --replicas, and no number twice or none', withServer, async (t, server) => {
  t.is((await hostler(server, 'scale ds7b=3')).stdout, 'deployment ds7b scaled to 3 (revision 1)\n')
  t.is((await hostler(server, 'scale ds7b --replicas 0')).exitCode, 0)
  t.deepEqual(requests(server, 'Scale'), [
    { name: 'ds7b', replicas: 3, ifVersion: 0 },
    { name: 'ds7b', replicas: 0, ifVersion: 0 },
  ])
  for (const wrong of [
    'scale ds7b',
    'scale ds7b=x',
    'scale ds7b=1 --replicas 2',
    'scale ds7b --replicas -1',
    'scale ds7b --replicas 1.5',
  ]) {
    t.is((await hostler(server, wrong)).exitCode, 2, wrong)
  }
  t.is((await hostler(server, 'scale nope=1')).exitCode, 3)
})

test('rollout shows, lists, compares, undoes, pauses, resumes, promotes and aborts', withServer, async (t, server) => {
  server.answers.history = [
    {
      number: 1,
      state: 'superseded',
      createdUnixMs: nowUnixMs - 7_200_000,
      author: 'ada',
      message: 'created',
      specJson: '{"image":"vllm:1"}',
    },
    {
      number: 2,
      state: 'failed',
      createdUnixMs: nowUnixMs - 3_600_000,
      author: 'bob',
      message: 'WARM_PROBE_FAILED',
      specJson: '{"image":"vllm:2"}',
    },
  ]
  t.is(
    (await hostler(server, 'rollout history ds7b', { columns: 80, now: () => nowUnixMs })).stdout,
    'REV  STATE       AGE  AUTHOR  IMAGE   MESSAGE\n  1  superseded   2h  ada     vllm:1  created\n  2  failed       1h  bob     vllm:2  WARM_PROBE_FAILED\n',
  )
  t.like(JSON.parse((await hostler(server, 'rollout history ds7b -o json')).stdout).items[1], {
    revision: 2,
    state: 'failed',
    spec: { image: 'vllm:2' },
  })
  t.regex(
    (await hostler(server, 'rollout history ds7b --diff 1..2')).stdout,
    /^from revision 1 \(ada, .*\) to revision 2 \(bob, .*\):\n {2}~ image: vllm:1 -> vllm:2\n$/,
  )
  t.deepEqual(JSON.parse((await hostler(server, 'rollout history ds7b --diff 1..2 -o json')).stdout), {
    from: 1,
    to: 2,
    changes: [{ path: 'image', from: 'vllm:1', to: 'vllm:2' }],
  })
  t.is((await hostler(server, 'rollout history ds7b --revision 1')).stdout, 'image: vllm:1\n')
  const unknown = await hostler(server, 'rollout history ds7b --diff 1..9')
  t.is(unknown.exitCode, 3)
  t.regex(unknown.stderr, /has no revision 9; it has: 1, 2/)
  t.is((await hostler(server, 'rollout history ds7b --diff 1')).exitCode, 2)
  t.regex(
    (await hostler(server, 'rollout status ds7b --no-wait', { columns: 80 })).stdout,
    /^ds7b revision 1: degraded; .*\n {2}REPLICA +REV +HOST +STATE/,
  )
  t.is((await hostler(server, 'rollout undo ds7b --to 1')).stdout, 'deployment ds7b goes back (revision 1)\n')
  t.is((await hostler(server, 'rollout pause ds7b')).exitCode, 0)
  t.is((await hostler(server, 'rollout resume ds7b')).exitCode, 0)
  t.is((await hostler(server, 'rollout promote ds7b --if-version 7')).stdout, 'deployment ds7b is promoted (revision 1)\n')
  t.is((await hostler(server, 'rollout abort ds7b')).exitCode, 0)
  t.deepEqual(requests(server, 'RolloutAction'), [
    { name: 'ds7b', action: 'undo', revision: 1, ifVersion: 0 },
    { name: 'ds7b', action: 'pause', revision: 0, ifVersion: 0 },
    { name: 'ds7b', action: 'resume', revision: 0, ifVersion: 0 },
    { name: 'ds7b', action: 'promote', revision: 0, ifVersion: 7 },
    { name: 'ds7b', action: 'abort', revision: 0, ifVersion: 0 },
  ])
  t.is((await hostler(server, 'rollout status nope')).exitCode, 3)
  server.answers.fleet = fleet({ deployments: [deployment('ok')], replicas: [replica('ok-1', {})] })
  t.regex((await hostler(server, 'rollout status ok')).stdout, /^deployment ok is ready: revision 1, 1\/1 replicas/)
})

test('delete asks on a terminal, takes only yes for yes, and deletes nothing when one name is wrong', withServer, async (t, server) => {
  const asked = await hostler(server, 'delete ds7b', { tty: true, stdin: 'n\n' })
  t.is(asked.exitCode, 1)
  t.regex(asked.stderr, /Delete ds7b \(1 ready\)\? \[y\/N\] .*error: nothing was deleted/s)
  t.is((await hostler(server, 'delete ds7b', { tty: true, stdin: '' })).exitCode, 1)
  t.is((await hostler(server, 'delete ds7b nope --yes')).exitCode, 3)
  t.deepEqual(requests(server, 'Delete'), [])
  t.is(
    (await hostler(server, 'delete ds7b', { tty: true, stdin: 'y\n' })).stdout,
    'deployment ds7b is being deleted: 2 replicas finish their requests\n',
  )
  t.is((await hostler(server, 'delete ds7b ds70b --yes', { tty: true })).exitCode, 0)
  t.is((await hostler(server, 'delete ds7b')).exitCode, 0, 'a script is not asked')
  t.is(requests(server, 'Delete').length, 4)
})

test('delete --wait comes back when it is gone', withServer, async (t, server) => {
  const running = start(['delete', 'ds7b', '--yes', '--wait'], { credentialsFile: server.credentialsFile })
  await eventually(() => running.stderr().includes('ds7b: 2 replicas left'), { deadlineMs: 10_000, what: 'the count' })
  server.show(fleet())
  const { exitCode, stdout } = await running.ended
  t.is(exitCode, 0)
  t.is(stdout, 'deployment ds7b is deleted\n')
})

test('token create prints the command alone on stdout, so that it can be piped', withServer, async (t, server) => {
  const { stdout, stderr } = await hostler(server, 'token create --ttl 2h --uses 3')
  t.is(stdout, 'hostler agent --join hostler1.abc\n')
  t.regex(stderr, /^Run this on the GPU host, as root\. It works 3 times, for (1h|59m59s); it is a secret until then\.\n$/)
  t.deepEqual(requests(server, 'CreateToken'), [{ kind: 'host', ttlMs: 7_200_000, uses: 3, role: '', name: '' }])
  await hostler(server, 'token create --kind user --role operator --name bob')
  t.like(requests(server, 'CreateToken')[1] as object, { kind: 'user', role: 'operator', name: 'bob' })
  t.regex((await hostler(server, 'token list')).stdout, /^TOKEN +KIND +STATE +USES-LEFT +ENDS-IN +AGE\nt-1 +host +ready +1 +\d+m/)
  t.is((await hostler(server, 'token revoke t-1 t-2')).stdout, 'token t-1 is revoked\ntoken t-2 is revoked\n')
  t.is((await hostler(server, 'token create --kind spaceship')).exitCode, 2)
})

test('key create prints the key once and alone; the list never shows it', withServer, async (t, server) => {
  const { stdout, stderr } = await hostler(server, 'key create search --models r1,v3 --models qwen --rate 2.5')
  t.is(stdout, 'hk-secret\n')
  t.false(stderr.includes('hk-secret'))
  t.deepEqual(requests(server, 'CreateKey'), [
    { tenant: 'search', models: ['r1', 'v3', 'qwen'], requestsPerSecond: 2.5, burst: 5, tokensPerMinute: 0, priority: 0, ttlMs: 0 },
  ])
  t.regex(
    (await hostler(server, 'key list')).stdout,
    /^KEY +TENANT +STARTS-WITH +MODELS +RATE +TOKENS\/MIN +PRIORITY +ENDS-IN +AGE\nk-1 +search +hk-se +all +5\/s, burst 10 +no limit +normal +never/,
  )
  t.is((await hostler(server, 'key revoke k-1')).exitCode, 0)
  t.is((await hostler(server, 'key create search --burst 3')).exitCode, 2)
})

test('host remove names the host by name or id, asks, and is refused for a stranger', withServer, async (t, server) => {
  t.is((await hostler(server, 'host remove gpu-9')).exitCode, 3)
  t.is(
    (await hostler(server, 'host remove gpu-2', { tty: true, stdin: 'y\n' })).stdout,
    "host gpu-2 is removed; to bring it back, delete credentials.json in its agent's data directory and join with a new token: hostler token create\n",
  )
  t.deepEqual(requests(server, 'RemoveHost'), [{ name: 'h-gpu-2', force: false }])
})

test('version shows both sides, and its own even when the other is away', withServer, async (t, server) => {
  const { stdout } = await hostler(server, 'version')
  t.regex(
    stdout,
    /^client: +\d+\.\d+\.\d+ \(protocol 2, Node 26\..*\)\ncontroller: 9\.9\.9 \(protocol 1\) at 127\.0\.0\.1:\d+\nyou are: +ada \(admin\)\n$/,
  )
  t.like(JSON.parse((await hostler(server, 'version -o json')).stdout), {
    client: { protocol: 2 },
    server: { version: '9.9.9', role: 'admin' },
  })
  await server.stop()
  const away = await hostler(server, 'version')
  t.is(away.exitCode, 4)
  t.regex(away.stdout, /^client:/)
  await server.start()
})

test('what the controller refuses keeps its code, message and exit code', withServer, async (t, server) => {
  for (const [code, exitCode] of [
    ['ROLE_FORBIDDEN', 6],
    ['IDENTITY_REVOKED', 6],
    ['NOT_FOUND', 3],
    ['CONFLICT', 1],
    ['STORE_FULL', 1],
    ['ARGUMENT_INVALID', 2],
  ] as const) {
    server.answers.refusal = new HostlerError(code, `refused with ${code}`)
    for (const line of ['get hosts', 'token list']) {
      const answer = await hostler(server, line)
      t.is(answer.exitCode, exitCode, `${line} ${code}`)
      t.true(answer.stderr.startsWith(`error: refused with ${code}\ncode: ${code}\n`))
    }
  }
})

test('a controller that takes the call and says nothing is left after --timeout', withServer, async (t, server) => {
  server.answers.mute = true
  for (const line of ['get hosts --timeout 300ms', 'token list --timeout 300ms', 'get hosts --watch --timeout 300ms']) {
    const { exitCode, stderr } = await hostler(server, line)
    t.is(exitCode, 5, line)
    t.regex(stderr, /code: DEADLINE_EXCEEDED\nhint: try again with a longer --timeout/)
  }
})

test(
  'credentials: the option, the environment, the user, the machine, and a clear word when there are none',
  withServer,
  async (t, server) => {
    t.is((await hostler(server, 'get hosts -o name', { credentialsFile: '/nonexistent' })).exitCode, 6)
    t.is(
      (await hostler(server, `get hosts -o name --credentials ${server.credentialsFile}`, { credentialsFile: '/nonexistent' })).exitCode,
      0,
    )
    t.is((await hostler(server, `--credentials ${server.credentialsFile} get hosts -o name`, { credentialsFile: undefined })).exitCode, 0)
    const none = await hostler(server, 'get hosts', { credentialsFile: undefined })
    t.is(none.exitCode, 6)
    t.regex(
      none.stderr,
      /neither \/nonexistent\/config\/hostler\/credentials\.json nor \/nonexistent\/admin\.json exists.*hostler up.*hostler token create --kind user/,
    )
    const damaged = join(server.directory, 'damaged.json')
    await writeFile(damaged, '{"version": 2}')
    const answer = await hostler(server, 'get hosts', { credentialsFile: damaged })
    t.is(answer.exitCode, 2)
    t.regex(answer.stderr, /code: CONFIG_INVALID/)
  },
)

test('daemons get their options, and their exit code is the command’s', async (t) => {
  const seen: (readonly [string, DaemonOptions])[] = []
  const daemon = (name: string, options: DaemonOptions) => seen.push([name, options]) + 40
  t.is((await run(['up', '--no-agent', '--data-dir', '/d'], { daemon })).exitCode, 41)
  t.is((await run(['controller', '--config', 'c.yaml'], { daemon })).exitCode, 42)
  t.is((await run(['gateway', '--join', 'x', '--name', 'g'], { daemon })).exitCode, 43)
  t.deepEqual(seen, [
    ['up', { dataDirectory: '/d', withoutAgent: true }],
    ['controller', { configFile: 'c.yaml' }],
    ['gateway', { join: 'x', name: 'g' }],
  ])
})

test('wrong words are refused with 2 and the nearest right one', async (t) => {
  for (const [line, told] of [
    ['delpoy', /unknown command 'delpoy'; Did you mean deploy\?/],
    ['get', /missing required argument 'kind'/],
    ['get replcas', /did you mean replicas\?/],
    ['get hosts -o xml', /Allowed choices are table, wide, json, yaml, name/],
    ['get hosts --wtach', /unknown option '--wtach'; Did you mean --watch\?/],
    ['get hosts --timeout soon', /expected a duration such as 30s, 5m or 1h30m/],
    ['logs x --tail 0', /expected at least 1/],
    ['help nonsense', /there is no command or topic "nonsense"/],
    ['agent', /start it with the command hostler/],
  ] as const) {
    const { exitCode, stderr, stdout } = await run(line.split(' '))
    t.deepEqual({ exitCode, stdout }, { exitCode: 2, stdout: '' }, line)
    t.regex(stderr, told)
  }
  t.is((await run(['rollout'])).exitCode, 2)
})

test('errors for a script are one line of JSON on stderr', async (t) => {
  const { exitCode, stdout, stderr } = await run(['get', 'hosts', '-o', 'json'])
  t.deepEqual({ exitCode, stdout }, { exitCode: 6, stdout: '' })
  t.like(JSON.parse(stderr), { error: { code: 'CREDENTIALS_MISSING', exitCode: 6 } })
  t.like(JSON.parse((await run(['get', 'hosts', '--output=json', '--nonsense'])).stderr), {
    error: { code: 'ARGUMENT_INVALID', exitCode: 2 },
  })
})
