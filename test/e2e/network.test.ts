/** The real command line, controller and agents, and real ping and iperf3: a shaped cable is found, and its host kept out of gangs. */
import { join } from 'node:path'
import test from 'ava'
import { faultReport } from '../../shared/diagnosis/report.ts'
import { LabFleet } from '../lab/fleet.ts'
import { createLab } from '../lab/lab.ts'
import { labTest } from '../lab/requires.ts'
import { eventually } from '../lab/wait.ts'
import { scratchDirectory } from '../support/scratch.ts'

const hostler = join(import.meta.dirname, '../../bin/hostler')
const onLab = labTest(test.serial, { root: true, programs: ['iperf3', 'arping'] })
const deadlineMs = 60_000

onLab('hostler diagnose network finds the host behind a shaped cable, and a repaired one is released', async (t) => {
  await using lab = await createLab()
  await using scratch = await scratchDirectory()
  await using fleet = new LabFleet(lab, scratch.path, new AbortController().signal)
  const hosts = await lab.addHosts(3)
  await fleet.startController({ HOSTLER_CONTROLLER_DIAGNOSIS_MESH_LOAD_MS: '1000' })
  const { token } = await fleet.control.createToken({ kind: 'host', ttlMs: 0, uses: 3, role: '', name: '' })
  for (const host of hosts) {
    await host.spawn(hostler, ['agent', '--data-dir', `${host.directory}/agent`, '--name', host.name, '--join', token])
  }
  await eventually(async () => (await fleet.control.fleet(['hosts'])).hosts.filter(({ state }) => state === 'ready').length === 3, {
    deadlineMs,
    what: 'three agents to be connected',
  })
  const diagnose = async () => {
    const { stdout } = await fleet.tryCli(['diagnose', 'network', '--rate', '60', '-o', 'json'], { accept: [0, 10, 11, 12, 13] })
    return faultReport.parse(JSON.parse(stdout))
  }
  const toldOf = async (subject: string) => {
    const reasons: string[] = []
    for await (const { reason } of fleet.control.events({ follow: false, limit: 100, subject, afterId: 0 }, new AbortController().signal))
      reasons.push(reason)
    return reasons
  }

  await hosts[1]?.link.shape({ rateMbit: 10 })
  const bad = await diagnose()
  t.is(bad.verdict, 'CRITICAL')
  t.like(bad.headline?.finding, { code: 'network.bad-host', subject: 'host/host-2', params: { symptom: 'slow', way: 'both', pairs: 2 } })
  t.is(bad.mesh?.cells.length, 3)
  for (const host of bad.hosts) {
    const checks = new Map(host.results.map(({ check, verdict }) => [check, verdict]))
    t.is(checks.get('network.duplicate-address'), 'PASS', JSON.stringify(host.results))
    t.is(checks.get('network.path-mtu'), 'PASS')
  }
  t.true((await toldOf('host/host-2')).includes('HostQuarantined'))

  await hosts[1]?.link.unshape()
  const mended = await diagnose()
  t.is(mended.fleet.find(({ check }) => check === 'network.mesh')?.verdict, 'PASS', JSON.stringify(mended.fleet))
  t.true((await toldOf('host/host-2')).includes('HostReleased'))
})
