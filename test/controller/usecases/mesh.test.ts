import test from 'ava'
import { HostLeases } from '../../../controller/usecases/host-leases.ts'
import { type MeshCandidate, type MeshOutcome, type MeshProgress, runMesh } from '../../../controller/usecases/mesh.ts'
import type { PairOptions } from '../../../controller/usecases/mesh-pair.ts'
import type { Finding } from '../../../shared/diagnosis/finding.ts'
import { thresholds as thresholdsSchema } from '../../../shared/diagnosis/thresholds.ts'
import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import { Peer } from '../../agent/diagnose/network/peer.ts'
import type { LabHost } from '../../lab/host.ts'
import { createLab, type Lab } from '../../lab/lab.ts'
import { switchNamespace } from '../../lab/network.ts'
import { run } from '../../lab/process.ts'
import { labTest } from '../../lab/requires.ts'

const onHosts = labTest(test.serial, { root: true })
const thresholds = thresholdsSchema.parse({})
const rateMbps = 60

interface Fleet extends AsyncDisposable {
  readonly hosts: readonly LabHost[]
  readonly candidates: readonly MeshCandidate[]
  readonly calls: PairOptions['calls']
}

/** Real hosts on one switch, each with the network part of an agent, asked as the controller asks agents. */
const openFleet = async (lab: Lab, count: number): Promise<Fleet> => {
  const hosts = await lab.addHosts(count)
  const peers = new Map<string, Peer>()
  for (const host of hosts) peers.set(`id-${host.name}`, await Peer.start(lab.runId, host))
  const peerOf = (id: string): Peer => {
    const peer = peers.get(id)
    if (peer === undefined) throw new HostlerError('HOST_UNREACHABLE', `the agent of ${id} is not connected, so it cannot be asked now`)
    return peer
  }
  return {
    hosts,
    candidates: hosts.map(({ name, address }) => ({ id: `id-${name}`, name, address, skip: '' })),
    calls: {
      stream: async (id, ...rest) => peerOf(id).stream(...rest),
      document: async (id, ...rest) => peerOf(id).document(...rest),
    },
    async [Symbol.asyncDispose]() {
      for (const peer of peers.values()) await peer[Symbol.asyncDispose]()
    },
  }
}

const measure = (
  fleet: Fleet,
  options: {
    readonly hosts?: readonly MeshCandidate[]
    readonly signal?: AbortSignal
    readonly onProgress?: (at: MeshProgress) => void
  } = {},
): Promise<MeshOutcome> =>
  runMesh({
    hosts: options.hosts ?? fleet.candidates,
    calls: fleet.calls,
    leases: new HostLeases(),
    rateMbps,
    loadMs: 1_000,
    thresholds,
    nowUnixMs: Date.now,
    onProgress: options.onProgress,
    signal: options.signal ?? new AbortController().signal,
  })

const findingsOf = (outcome: MeshOutcome): readonly Finding[] => outcome.results.flatMap(({ findings }) => findings)

/** Limits what leaves a device of a namespace: one direction of a cable. */
const limit = async (namespace: string, device: string, rateMbit: number): Promise<void> => {
  const shape = ['tbf', 'rate', `${rateMbit}mbit`, 'burst', '32kb', 'latency', '400ms']
  await run('tc', ['-n', namespace, 'qdisc', 'replace', 'dev', device, 'root', ...shape])
}

/** A cable of their own between two hosts, which only what they send each other takes. */
const ownPath = async (lab: Lab, a: LabHost, b: LabHost, rateMbit: number): Promise<void> => {
  const [near, far] = [a, b].map(({ name }) => `hl-${lab.runId}-${name}`) as [string, string]
  await run('ip', ['-n', near, 'link', 'add', 'own0', 'type', 'veth', 'peer', 'name', 'own0', 'netns', far])
  for (const [namespace, from, to] of [
    [near, a, b],
    [far, b, a],
  ] as const) {
    await run('ip', ['-n', namespace, 'link', 'set', 'own0', 'up'])
    await run('ip', ['-n', namespace, 'route', 'add', `${to.address}/32`, 'dev', 'own0', 'src', from.address])
    await limit(namespace, 'own0', rateMbit)
  }
}

onHosts('hosts that are well show nothing, one that is away or busy is named, and cancelling keeps what was measured', async (t) => {
  await using lab = await createLab()
  await using fleet = await openFleet(lab, 2)
  const seen: MeshProgress[] = []
  const away = { id: 'id-away', name: 'away', address: '10.255.0.1', skip: '' }
  const busy = { id: 'id-busy', name: 'busy', address: '10.255.0.2', skip: 'under load' }
  const { mesh, results, quarantines } = await measure(fleet, {
    hosts: [...fleet.candidates, away, busy],
    onProgress: (at) => seen.push(at),
  })
  t.deepEqual(
    results.map(({ verdict, findings }) => ({ verdict, codes: findings.map(({ code }) => code) })),
    [{ verdict: 'UNKNOWN', codes: ['network.pairs-not-measured'] }],
  )
  t.deepEqual(quarantines, [])
  const [cell, ...others] = mesh.cells.filter(({ probe }) => probe !== null)
  t.is(cell?.probe?.mtu?.peerInterfaceBytes, 1500)
  t.deepEqual(others, [])
  t.is(mesh.cells.length, 6)
  t.true(mesh.cells.some(({ skipped }) => skipped === 'busy: under load'))
  t.true(mesh.cells.some(({ skipped }) => skipped.includes('not connected')))
  t.deepEqual(seen.at(-1), { round: 3, rounds: 3, pairsDone: 3, pairs: 3 })

  const stopping = new AbortController()
  const measuring = measure(fleet, { signal: stopping.signal })
  stopping.abort()
  const ended = await measuring
  t.is(ended.mesh.cells[0]?.probe, null)
  t.regex(ended.mesh.cells[0]?.skipped ?? '', /cancelled/)
})

onHosts('a shaped host, one that is slow only when it sends, and a slow path between two others are told apart', async (t) => {
  await using lab = await createLab()
  await using fleet = await openFleet(lab, 6)
  const [first, second] = fleet.hosts
  if (!first || !second) return t.fail()
  await fleet.hosts[5]?.link.shape({ rateMbit: 10 })
  await limit(`hl-${lab.runId}-host-5`, 'eth0', 10)
  await ownPath(lab, first, second, 10)
  const outcome = await measure(fleet)
  // On a busy machine a measurement may not come about, which is said and accuses nobody.
  const found = findingsOf(outcome).filter(({ code }) => !code.startsWith('looking.'))
  t.deepEqual(
    found.map(({ code, subject, verdict, params: { symptom, way } }) => ({ code, subject, verdict, symptom, way })),
    [
      { code: 'network.bad-host', subject: 'host/host-6', verdict: 'CRITICAL', symptom: 'slow', way: 'both' },
      { code: 'network.bad-host', subject: 'host/host-5', verdict: 'CRITICAL', symptom: 'slow', way: 'sending' },
      { code: 'network.bad-link', subject: found[2]?.subject ?? '', verdict: 'CRITICAL', symptom: 'slow', way: 'both' },
    ],
  )
  t.deepEqual([found[2]?.params.a, found[2]?.params.b].toSorted(), ['host-1', 'host-2'])
  t.true(found[0]?.ruledOut.some(({ cause }) => cause === 'network.others-are-well'))
  t.true(found[2]?.ruledOut.some(({ cause }) => cause === 'network.host-is-well'))
  t.deepEqual(
    outcome.quarantines.map(({ hosts, scope }) => ({ hosts: [...hosts].toSorted(), scope })),
    [
      { hosts: ['host-6'], scope: 'gangs' },
      { hosts: ['host-5'], scope: 'gangs' },
      { hosts: ['host-1', 'host-2'], scope: 'gangs' },
    ],
  )
})

onHosts('a cut link and a wrong MTU are told apart in one mesh', async (t) => {
  await using lab = await createLab()
  await using fleet = await openFleet(lab, 4)
  await fleet.hosts[0]?.link.cut()
  await fleet.hosts[3]?.exec('ip', ['link', 'set', 'eth0', 'mtu', '1400'])
  const outcome = await measure(fleet)
  const found = findingsOf(outcome)
  t.deepEqual(
    found.map(({ code, subject, verdict }) => ({ code, subject, verdict })),
    [
      { code: 'network.bad-host', subject: 'host/host-1', verdict: 'CRITICAL' },
      { code: 'network.mtu-differs', subject: 'host/host-4', verdict: 'CRITICAL' },
    ],
  )
  t.like(found[0], { params: { symptom: 'unreachable' } })
  t.like(found[1], { params: { mtuBytes: 1400, othersBytes: 1500 } })
  t.like(outcome.quarantines[0], { hosts: ['host-1'], scope: 'all' })
})

onHosts('what joins two switches is found as such', async (t) => {
  await using lab = await createLab()
  await using fleet = await openFleet(lab, 4)
  const namespace = switchNamespace(lab.runId)
  const ip = (...args: string[]) => run('ip', ['-n', namespace, ...args])
  await ip('link', 'add', 'br1', 'type', 'bridge')
  await ip('link', 'add', 'trunk0', 'type', 'veth', 'peer', 'name', 'trunk1')
  await ip('link', 'set', 'trunk0', 'master', 'br0')
  await ip('link', 'set', 'trunk1', 'master', 'br1')
  for (const device of ['br1', 'trunk0', 'trunk1']) await ip('link', 'set', device, 'up')
  for (const host of fleet.hosts.slice(2)) await ip('link', 'set', `port${host.address.split('.').at(-1)}`, 'master', 'br1')
  await limit(namespace, 'trunk0', 10)
  await limit(namespace, 'trunk1', 10)
  const found = findingsOf(await measure(fleet))
  t.is(found.length, 1, JSON.stringify(found.map(({ code, params }) => ({ code, params }))))
  t.is(found[0]?.code, 'network.bad-switch')
  const sides = [found[0]?.params.left, found[0]?.params.right].map((side) => (side as string[]).join())
  t.deepEqual(sides.toSorted(), ['host-1,host-2', 'host-3,host-4'])
})
