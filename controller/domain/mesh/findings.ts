/** A solved mesh as findings, with what was seen and what was ruled out. Pure. */
import type { HostWay, LinkWay, Symptom } from '../../../shared/diagnosis/catalogue/network-mesh.ts'
import type { Evidence, Finding, RuledOut } from '../../../shared/diagnosis/finding.ts'
import { found, notTheCause } from '../../../shared/diagnosis/found.ts'
import type { Mesh } from '../../../shared/diagnosis/mesh.ts'
import type { Verdict } from '../../../shared/diagnosis/verdict.ts'
import { flowsOf, measured } from './flows.ts'
import type { Fault } from './solve.ts'
import { isCpuBound, type Judged } from './symptoms.ts'

const mostLines = 12
/** Worse than this, what runs over it breaks rather than slows down. */
const severeLossPercent = 10
const severeShare = 0.2

/** A finding a fault, and one for each thing that hindered the measurement. */
export const meshFindings = (mesh: Mesh, faults: readonly Fault[]): readonly Finding[] => [
  ...faults.map((fault) => findingOf(mesh, fault)),
  ...differingMtus(mesh),
  ...cpuBound(mesh),
  ...problems(mesh),
  ...notMeasured(mesh),
]

const verdictOf = ({ symptom, place, measured, expected }: Fault): Verdict => {
  const verdicts: { readonly [Kind in Symptom]: Verdict } = {
    unreachable: 'CRITICAL',
    mtu: 'CRITICAL',
    loss: measured >= severeLossPercent ? 'CRITICAL' : 'WARNING',
    slow: measured < expected * severeShare ? 'CRITICAL' : 'WARNING',
    // Two groups that answer each other late may simply be far apart.
    latency: place.kind === 'switch' ? 'INFO' : 'WARNING',
  }
  return verdicts[symptom]
}

const findingOf = (mesh: Mesh, fault: Fault): Finding => {
  const { place, symptom, way, measured: seen, expected, bad } = fault
  const figures = { symptom, measured: rounded(seen), expected: rounded(expected) }
  const verdict = verdictOf(fault)
  const evidence = [cells(symptom, bad)]
  const ruledOut = notToBlame(mesh, fault)
  const link = { confidence: 'likely', evidence, ruledOut } as const
  switch (place.kind) {
    case 'host': {
      const { host, pairs, of } = place
      const params = { ...figures, host, way: hostWays[way], pairs, of }
      return found('network.bad-host', verdict, { ...link, subject: `host/${host}`, params })
    }
    case 'link':
      return found('network.bad-link', verdict, {
        ...link,
        subject: `link/${place.a}-${place.b}`,
        params: { ...figures, ...ends(place), way },
      })
    case 'pair':
      return found('network.bad-pair', verdict, {
        ...link,
        subject: `link/${place.a}-${place.b}`,
        params: { ...figures, ...ends(place), way },
      })
    case 'switch': {
      const params = { ...figures, left: [...place.left], right: [...place.right], way }
      return found('network.bad-switch', verdict, { evidence, ruledOut, confidence: 'inferred', subject: 'network', params })
    }
    case 'everywhere': {
      const params = { ...figures, hosts: place.hosts.length, pairs: place.pairs }
      return found('network.bad-everywhere', verdict, { evidence, ruledOut, confidence: 'inferred', subject: 'network', params })
    }
  }
}

const hostWays: { readonly [Way in LinkWay]: HostWay } = { there: 'sending', back: 'receiving', both: 'both' }
const ends = ({ a, b }: { readonly a: string; readonly b: string }) => ({ a, b })
const rounded = (figure: number): number => Math.round(figure * 100) / 100

const units: { readonly [Kind in Symptom]: string } = {
  unreachable: '% lost',
  loss: '% lost',
  mtu: 'bytes',
  slow: 'Mbit/s',
  latency: 'ms',
}

const cells = (symptom: Symptom, judged: readonly Judged[]): Evidence => {
  const lines = judged.map(({ a, b, measured: seen, expected, there, back }) => {
    const arrow = there === back ? '<->' : there ? '->' : '<-'
    return `${a} ${arrow} ${b}: ${rounded(seen)} ${units[symptom]}, expected ${rounded(expected)}`
  })
  const more = lines.length - mostLines
  return { source: 'mesh', lines: more > 0 ? [...lines.slice(0, mostLines), `… ${more} more pairs`] : lines }
}

const notToBlame = (mesh: Mesh, { place, symptom, good, bad }: Fault): readonly RuledOut[] => {
  const ofHost = (host: string) => good.filter(({ a, b }) => a === host || b === host).length
  const cpus = [...bad, ...good].flatMap(({ cpuPercent }) => cpuPercent ?? [])
  const cpu =
    symptom === 'slow' && cpus.length > 0 ? [notTheCause('network.cpu-has-room', { cpuPercent: Math.round(Math.max(...cpus)) })] : []
  switch (place.kind) {
    case 'host': {
      const others = good.filter(({ a, b }) => a !== place.host && b !== place.host).length
      return [notTheCause('network.others-are-well', { pairs: others }), ...firstHop(mesh, place.host), ...cpu]
    }
    case 'link':
      return [
        ...[place.a, place.b].flatMap((host) =>
          ofHost(host) > 0 ? [notTheCause('network.host-is-well', { host, pairs: ofHost(host) })] : [],
        ),
        ...cpu,
      ]
    case 'switch':
      return [notTheCause('network.inside-groups-is-well', { pairs: good.length }), ...cpu]
    case 'pair':
    case 'everywhere':
      return cpu
  }
}

/** A host that reaches its own gateway without loss has a first hop that is well. */
const firstHop = (mesh: Mesh, host: string): readonly RuledOut[] => {
  const gateways = mesh.cells.flatMap(({ from, probe }) => (from === host && probe?.gateway ? [probe.gateway] : []))
  const well = gateways.length > 0 && gateways.every(({ sent, received }) => received === sent)
  return well ? [notTheCause('network.first-hop-is-well', { host })] : []
}

const differingMtus = (mesh: Mesh): readonly Finding[] => {
  const mtus = new Map<string, number>()
  for (const { a, b, probe } of measured(mesh)) {
    if (probe.mtu === null) continue
    mtus.set(a, probe.mtu.interfaceBytes)
    if (probe.mtu.peerInterfaceBytes !== null) mtus.set(b, probe.mtu.peerInterfaceBytes)
  }
  const counts = new Map<number, number>()
  for (const bytes of mtus.values()) counts.set(bytes, (counts.get(bytes) ?? 0) + 1)
  // Of two that are as frequent, the larger is what was meant.
  const [usual] = [...counts].toSorted(([a, one], [b, other]) => other - one || b - a)
  if (usual === undefined || counts.size < 2) return []
  const [othersBytes] = usual
  const black = (host: string) =>
    measured(mesh).filter(
      ({ a, b, probe }) => (a === host || b === host) && probe.mtu?.passes === false && probe.mtu.announcedBytes === null,
    )
  return [...mtus]
    .filter(([, mtuBytes]) => mtuBytes !== othersBytes)
    .map(([host, mtuBytes]) => {
      const swallowed = black(host).map(
        ({ a, b, probe: { mtu } }) => `${a} -> ${b}: ${mtu?.interfaceBytes} bytes lost, ${mtu?.largestPassingBytes ?? '?'} arrive`,
      )
      const evidence = [{ source: 'mtu', lines: [...mtus].map(([name, bytes]) => `${name} ${bytes}`) }]
      return found('network.mtu-differs', swallowed.length > 0 ? 'CRITICAL' : 'WARNING', {
        subject: `host/${host}`,
        params: { host, mtuBytes, othersBytes },
        evidence: swallowed.length > 0 ? [...evidence, { source: 'mesh', lines: swallowed.slice(0, mostLines) }] : evidence,
      })
    })
}

const cpuBound = (mesh: Mesh): readonly Finding[] =>
  measured(mesh)
    .flatMap(flowsOf)
    .filter(isCpuBound)
    .toSorted((one, other) => one.mbps - other.mbps)
    .slice(0, 1)
    .map(({ from, to, mbps, cpuPercent }) =>
      found('network.cpu-bound', 'INFO', {
        subject: `link/${from}-${to}`,
        params: { a: from, b: to, mbps: Math.round(mbps), cpuPercent: Math.round(cpuPercent ?? 0) },
        evidence: [],
      }),
    )

/** The same hindrance is told once a host. */
const problems = (mesh: Mesh): readonly Finding[] => {
  const told = new Map<string, Finding>()
  for (const { a, probe } of measured(mesh)) {
    for (const { code, params } of probe.problems) {
      const key = `${a}\n${code}\n${JSON.stringify(params)}`
      told.set(key, { code, verdict: 'UNKNOWN', subject: `host/${a}`, params, confidence: 'certain', evidence: [], ruledOut: [] })
    }
  }
  return [...told.values()]
}

const notMeasured = (mesh: Mesh): readonly Finding[] => {
  const missing = mesh.cells.filter(({ probe }) => probe === null)
  if (missing.length === 0) return []
  const reasons = [...new Set(missing.map(({ skipped }) => skipped))]
  return [
    found('network.pairs-not-measured', 'UNKNOWN', {
      subject: 'network',
      params: { pairs: missing.length, of: mesh.cells.length, reasons: reasons.slice(0, 8) },
      evidence: [],
    }),
  ]
}
