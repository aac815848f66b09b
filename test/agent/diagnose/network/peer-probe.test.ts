import { readFileSync } from 'node:fs'
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { type PeerProbe, type PeerServer, peerProbe, peerServer } from '../../../../shared/diagnosis/mesh.ts'
import { createLab } from '../../../lab/lab.ts'
import { ifThere, networkNamespaceOf, otherProcesses } from '../../../lab/proc.ts'
import { labTest } from '../../../lab/requires.ts'
import { eventually } from '../../../lab/wait.ts'
import { Peer } from './peer.ts'

const onHosts = labTest(test.serial, { root: true })

const deadlineMs = 60_000
const never = new AbortController().signal

/** Serves until the signal aborts; resolves when the port is known. */
const serve = async (peer: Peer, peers: readonly string[], signal: AbortSignal): Promise<PeerServer> => {
  const first = Promise.withResolvers<PeerServer>()
  peer
    .stream({ kind: 'peer-serve', peers }, deadlineMs, (data) => first.resolve(peerServer.parse(JSON.parse(data.toString()))), signal)
    .catch((error) => first.reject(error))
  return first.promise
}

const probe = (from: Peer, address: string, port: number, rateMbps = 100): Promise<PeerProbe> =>
  from.document({ kind: 'peer-probe', address, port, loadMs: 1_000, rateMbps }, deadlineMs, peerProbe, never)

/** The iperf3 servers that run in a network namespace. */
const serversIn = (namespace: string | undefined): readonly number[] =>
  otherProcesses().filter(
    (pid) =>
      networkNamespaceOf(pid) === namespace && (ifThere(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')) ?? '').startsWith('iperf3\0-s'),
  )

onHosts('two hosts on one switch are measured idle, under load and idle again, both ways', async (t) => {
  await using lab = await createLab()
  const [a, b] = await lab.addHosts(2)
  if (!a || !b) return t.fail()
  await a.exec('ip', ['route', 'add', 'default', 'via', lab.gateway])
  await using from = await Peer.start(lab.runId, a)
  await using to = await Peer.start(lab.runId, b)
  const stopping = new AbortController()
  const { port, mtuBytes } = await serve(to, [a.address], stopping.signal)
  t.is(mtuBytes, 1500)

  const idle = await probe(from, b.address, 0)
  const seen = await probe(from, b.address, port)
  t.deepEqual([...idle.problems, ...seen.problems], [])
  for (const latency of [idle.idle, idle.gateway, seen.idle, seen.loaded, seen.after]) t.is(latency?.received ?? -1, latency?.sent ?? 0)
  t.true((seen.forward?.mbps ?? 0) > 50 && (seen.forward?.mbps ?? 0) < 130, `${seen.forward?.mbps}`)
  t.true((seen.reverse?.mbps ?? 0) > 50 && (seen.reverse?.mbps ?? 0) < 130, `${seen.reverse?.mbps}`)
  t.like(idle.mtu, { interfaceBytes: 1500, passes: true, largestPassingBytes: 1500 })
  t.true(seen.evidence.some(({ source }) => source.startsWith('iperf3 -c')))

  const namespace = networkNamespaceOf(to.pid)
  const [server] = serversIn(namespace)
  t.regex(readFileSync(`/proc/${server}/status`, 'utf8'), /^Uid:\t65534\t65534\t65534/m, 'it gave up the rights of root')
  stopping.abort()
  await eventually(() => serversIn(namespace).length === 0, { deadlineMs: 5_000, what: 'the cancelled server to be gone' })
})

onHosts('a host with a smaller MTU than the rest is a black hole, and the largest size that passes is found', async (t) => {
  await using lab = await createLab()
  const [a, b] = await lab.addHosts(2)
  if (!a || !b) return t.fail()
  await b.exec('ip', ['link', 'set', 'eth0', 'mtu', '1400'])
  await using from = await Peer.start(lab.runId, a)
  const seen = await probe(from, b.address, 0)
  // A veth takes what is up to a VLAN tag larger than it sends.
  const largest = seen.mtu?.largestPassingBytes ?? 0
  t.true(largest >= 1400 && largest <= 1404, `${largest}`)
  t.like(seen.mtu, { interfaceBytes: 1500, passes: false, announcedBytes: null })
  t.is(seen.forward, null)
})

onHosts('a peer behind a cut link is lost to the last packet, and nothing more is tried', async (t) => {
  await using lab = await createLab()
  const [a, b] = await lab.addHosts(2)
  if (!a || !b) return t.fail()
  await using from = await Peer.start(lab.runId, a)
  await b.link.cut()
  const seen = await probe(from, b.address, 5201)
  t.is(seen.idle?.received, 0)
  t.is(seen.idle?.lossPercent, 100)
  t.like(seen, { loaded: null, forward: null, reverse: null, mtu: null })
})

onHosts('a stranger who connects is cut off, and the peer that was named is served after all', async (t) => {
  await using lab = await createLab()
  const [a, b, c] = await lab.addHosts(3)
  if (!a || !b || !c) return t.fail()
  // The route of the named peer prefers another address than that of the fleet.
  const network = a.address.replace(/\.\d+$/, '')
  await a.exec('ip', ['address', 'add', `${network}.200/24`, 'dev', 'eth0'])
  await a.exec('ip', ['route', 'replace', `${b.address}/32`, 'dev', 'eth0', 'src', `${network}.200`])
  await using from = await Peer.start(lab.runId, a)
  await using to = await Peer.start(lab.runId, b)
  const stopping = new AbortController()
  const { port } = await serve(to, [a.address], stopping.signal)
  const stranger = await c.exec('iperf3', ['-c', b.address, '-p', `${port}`, '-t', '20', '-J'], { accept: [0, 1] })
  t.truthy(JSON.parse(stranger.stdout).error)
  const seen = await eventually(
    async () => {
      const tried = await probe(from, b.address, port)
      return tried.forward !== null && tried
    },
    { deadlineMs: 40_000, what: 'the named peer to be served' },
  )
  t.true((seen.forward?.mbps ?? 0) > 50)
  stopping.abort()
})

onHosts('the server dies with an agent that is killed', async (t) => {
  await using lab = await createLab()
  const [a, b] = await lab.addHosts(2)
  if (!a || !b) return t.fail()
  await using to = await Peer.start(lab.runId, b)
  await serve(to, [a.address], never)
  const namespace = networkNamespaceOf(to.pid)
  t.is(serversIn(namespace).length, 1)
  to.kill()
  await eventually(() => serversIn(namespace).length === 0, { deadlineMs: 5_000, what: 'iperf3 to be gone' })
})

onHosts('what is not installed is named with the package that brings it', async (t) => {
  await using lab = await createLab()
  const [a, b] = await lab.addHosts(2)
  if (!a || !b) return t.fail()
  // A path with what the peer itself needs, and neither ping nor iperf3.
  const programs = join(a.directory, 'programs')
  await mkdir(programs)
  for (const program of ['/usr/sbin/ip', '/usr/bin/setpriv']) await symlink(program, join(programs, program.split('/').at(-1) ?? ''))
  const start = join(a.directory, 'node')
  await writeFile(start, `#!/bin/sh\nPATH=${programs} exec ${process.execPath} "$@"\n`)
  await chmod(start, 0o755)
  await using from = await Peer.start(lab.runId, a, start)
  const seen = await probe(from, b.address, 5201)
  t.deepEqual(seen.problems, [{ code: 'looking.program-missing', params: { program: 'ping', package: 'iputils-ping' } }])
  t.is(seen.idle, null)
  await t.throwsAsync(serve(from, [b.address], never), { code: 'COMMAND_MISSING', message: /apt-get install -y iperf3/ })
})
