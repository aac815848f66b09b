import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { request } from 'undici'
import type { Replica } from '../../controller/cli/view/fleet.ts'
import { LabFleet } from '../lab/fleet.ts'
import { createLab } from '../lab/lab.ts'
import { labTest } from '../lab/requires.ts'
import { eventually } from '../lab/wait.ts'
import { scratchDirectory } from '../support/scratch.ts'

const onLab = labTest(test.serial, { root: true })
const standIn = join(import.meta.dirname, '../fixtures/engine-stand-in-gang.ts')
const deadlineMs = 90_000
const leases = {
  HOSTLER_CONTROLLER_LEASE_DURATION_MS: '4000',
  HOSTLER_CONTROLLER_LEASE_GRACE_MS: '2000',
  HOSTLER_CONTROLLER_LEASE_HEARTBEAT_MS: '500',
}
const resources: AsyncDisposableStack[] = []
let fleet: LabFleet
let key: string

interface Answer {
  readonly attempt: string
  readonly ranks: readonly { readonly rank: number; readonly address: string; readonly pid: number }[]
}

const spec = (preset: 'vllm' | 'sglang', hosts: number, extra = ''): string => `\
name: r1
model: { name: r1, path: ${import.meta.dirname} }
engine: { preset: ${preset}, command: [${process.execPath}, ${standIn}${preset === 'vllm' ? ', serve' : ''}] }
runtime: exec
resources: { gpus: ${hosts * 2}, gpuMemory: 1Gi }
parallelism: { hosts: ${hosts} }
memlock: off
health: { interval: 500ms, timeout: 400ms }
stopGrace: 2s
${extra}`

const ask = async (): Promise<Answer> => {
  const { statusCode, body } = await request(`${fleet.origin}/v1/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ model: 'r1', prompt: 'Hello', max_tokens: 4 }),
  })
  const text = await body.text()
  if (statusCode !== 200) throw new Error(`${statusCode}: ${text}`)
  return JSON.parse(text) as Answer
}

const gang = async (): Promise<Replica> => {
  const { replicas } = await fleet.control.fleet(['replicas', 'hosts'])
  const found = replicas.find(({ intent }) => intent === 'run')
  if (found === undefined) throw new Error(`no gang is to run: ${replicas.map(({ id, intent }) => `${id} (${intent})`).join(', ')}`)
  return found
}

const hostsOf = (replica: Replica): readonly string[] => [replica.host, ...replica.workers.map(({ host }) => host)]

const eventsOf = async (reason: string): Promise<readonly string[]> => {
  const text = await fleet.cli(['events', '-o', 'json'])
  return (JSON.parse(text) as { items: { reason: string; message: string }[] }).items
    .filter((one) => one.reason === reason)
    .map(({ message }) => message)
}

test.serial.after.always('remove the lab', async () => {
  for (const stack of resources) await stack.disposeAsync()
})

onLab('a gang over two hosts meets at its leader and answers through the gateway', async (t) => {
  t.timeout(240_000)
  const stack = new AsyncDisposableStack()
  resources.push(stack)
  const lab = stack.use(await createLab())
  const { path } = stack.use(await scratchDirectory())
  fleet = stack.use(new LabFleet(lab, path, new AbortController().signal))
  const [hosts] = await Promise.all([lab.addHosts(3), fleet.startController(leases)])
  const { token } = await fleet.control.createToken({ kind: 'host', ttlMs: 0, uses: 3, role: '', name: '' })
  const gateway = await fleet.control.createToken({ kind: 'gateway', ttlMs: 0, uses: 1, role: '', name: '' })
  await Promise.all([fleet.startGateway(gateway.token), ...hosts.map((host) => fleet.addMember(host, undefined, token, 2))])
  key = (await fleet.control.createKey({ tenant: 'test', models: [], requestsPerSecond: 0, burst: 0, ttlMs: 0 })).key
  // A host that is not in touch yet, or whose GPUs were not read yet, is no place for a member.
  const isReady = async () => {
    const known = (await fleet.control.fleet(['hosts'])).hosts
    return known.length === 3 && known.every(({ state, inventory }) => state === 'ready' && inventory?.gpus.length === 2)
  }
  await eventually(isReady, { deadlineMs, what: 'three hosts to be ready' })
  await fleet.cli(['deploy', '-f', '-'], { input: spec('vllm', 2) })
  const replica = await gang()
  t.deepEqual(hostsOf(replica), ['host-1', 'host-2'])
  const { ranks } = await ask()
  t.deepEqual(
    ranks.map(({ address }) => address),
    ['host-1', 'host-2'].map((name) => fleet.members.find(({ host }) => host.name === name)?.host.address ?? ''),
  )
  const described = await fleet.cli(['describe', 'replica', replica.id])
  t.regex(described, /Gang:\s+attempt 1, 0 failures in a row; its members meet at .*:3\d{4}/)
  t.regex(described, /1\s+r1-1-r1\s+host-2\s+ready\s+2/)
  t.regex(await fleet.cli(['logs', 'r1-1-r1']), /rank 1 has joined/)
  t.regex(await fleet.cli(['get', 'gpus']), /host-2\s+0 .*r1-1-r1/)
})

onLab('when one member is killed the whole gang restarts and serves again', async (t) => {
  t.timeout(deadlineMs * 2)
  const before = await ask()
  const worker = before.ranks.find(({ rank }) => rank === 1)
  process.kill(worker?.pid ?? 0, 'SIGKILL')
  const after = await eventually(
    async () => {
      const answer = await ask()
      return answer.attempt !== before.attempt && answer
    },
    { deadlineMs, what: 'the next attempt to answer' },
  )
  t.is(after.ranks.length, 2)
  t.true(
    after.ranks.every(({ pid }) => before.ranks.every((old) => old.pid !== pid)),
    'every member is a new process',
  )
  t.regex((await eventsOf('GangDown')).join(), /r1-1(-r1)? on host-\d failed: .*; all 2 members stop and start again together/)
  t.is((await gang()).id, 'r1-1')
})

onLab('when a member’s host is cut off the gang is placed anew, and the host’s surplus member goes when it returns', async (t) => {
  t.timeout(deadlineMs * 3)
  const cut = fleet.members.find(({ host }) => host.name === 'host-2')
  await cut?.host.link.cut()
  const anew = await eventually(
    async () => {
      const replica = await gang()
      return replica.routed && !hostsOf(replica).includes('host-2') && replica
    },
    { deadlineMs, what: 'the gang to serve on other hosts' },
  )
  t.deepEqual(hostsOf(anew).toSorted(), ['host-1', 'host-3'])
  t.is((await ask()).ranks.length, 2)
  await cut?.host.link.restore()
  await eventually(async () => (await fleet.control.fleet(['replicas'])).replicas.length === 1, {
    deadlineMs,
    what: 'the surplus member to be gone',
  })
  t.deepEqual(hostsOf(await gang()).toSorted(), ['host-1', 'host-3'])
})

onLab('in a full fleet a new revision takes the place of a gang, as SGLang is told of its hosts', async (t) => {
  t.timeout(deadlineMs * 3)
  await fleet.cli(['deploy', '-f', '-'], { input: spec('sglang', 3) })
  const { ranks } = await ask()
  t.deepEqual(
    ranks.map(({ rank }) => rank).toSorted((a, b) => a - b),
    [0, 1, 2],
  )
  t.is(hostsOf(await gang()).length, 3)
  await fleet.cli(['delete', 'r1', '--yes'])
  await eventually(async () => (await fleet.control.fleet(['deployments'])).deployments.length === 0, { deadlineMs, what: 'r1 to be gone' })
  for (const { pid } of ranks) await t.throwsAsync(readFile(`/proc/${pid}/stat`), undefined, `process ${pid} is left`)
})

onLab('a gang that finds no place says what each host lacks, and none of its GPUs is held', async (t) => {
  t.timeout(deadlineMs)
  await fleet.tryCli(['deploy', '-f', '-', '--no-wait'], { input: spec('vllm', 4) })
  const described = await eventually(
    async () => {
      const text = await fleet.cli(['describe', 'deployment', 'r1'])
      return text.includes('could take one of the 4 members') && text
    },
    { deadlineMs, what: 'the reasons' },
  )
  t.regex(described, /host-3\s.*3 such hosts found/)
  t.notRegex(await fleet.cli(['get', 'gpus']), /r1-/)
})
