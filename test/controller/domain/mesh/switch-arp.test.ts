import test from 'ava'
import { type HostResults, switchArp } from '../../../../controller/domain/mesh/switch-arp.ts'
import { found } from '../../../../shared/diagnosis/found.ts'

const silent = found('network.neighbours-silent', 'WARNING', {
  subject: 'host',
  params: { addresses: ['10.0.0.9'], count: 12 },
  evidence: [{ source: 'ip -j neighbour show', lines: ['10.0.0.9 dev eth0 FAILED'] }],
})
const full = found('network.neighbour-overflow', 'CRITICAL', {
  subject: 'host',
  params: { family: 'ipv4', overflows: 3, sinceBoot: false, entries: 1_024, gcThresh3: 1_024 },
  evidence: [],
})
const host = (name: string, ...findings: (typeof silent)[]): HostResults => ({
  host: name,
  results: [
    {
      check: 'network.neighbours',
      verdict: findings[0]?.verdict ?? 'PASS',
      atUnixMs: 0,
      durationMs: 0,
      findings: [...findings],
      looked: [],
    },
  ],
})

test('neighbours that are silent on most of several hosts, none of them full, point at the switch as an inference', (t) => {
  const [inferred] = switchArp([host('a', silent), host('b', silent), host('c', silent), host('d')])
  t.like(inferred, { code: 'network.switch-arp', confidence: 'inferred', verdict: 'WARNING', params: { hosts: ['a', 'b', 'c'], of: 4 } })
  t.is(inferred?.ruledOut[0]?.cause, 'network.table-not-full')
  t.is(inferred?.evidence[0]?.source, 'a: ip -j neighbour show')
})

test('nothing is said of the switch when few hosts see it, or when a table of a host is full', (t) => {
  t.deepEqual(switchArp([host('a', silent), host('b', silent)]), [])
  t.deepEqual(switchArp([host('a', silent), host('b', silent), host('c', silent), ...['d', 'e', 'f', 'g'].map((name) => host(name))]), [])
  t.deepEqual(switchArp([host('a', silent), host('b', silent), host('c', silent, full)]), [])
})
