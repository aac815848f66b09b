/** What neighbours that do not answer on many hosts at once say of the switch. Pure. */
import type { CheckResult, Finding } from '../../../shared/diagnosis/finding.ts'
import { found, notTheCause } from '../../../shared/diagnosis/found.ts'

export interface HostResults {
  readonly host: string
  readonly results: readonly CheckResult[]
}

/** Below this, it is likelier that the neighbours are gone. */
const leastHosts = 3
const leastShare = 0.5

/** An inference, and said to be one: many hosts ask in vain while none of them lacks room in its own table. */
export const switchArp = (hosts: readonly HostResults[]): readonly Finding[] => {
  const looked = hosts.filter(({ results }) =>
    results.some(({ check, verdict }) => check === 'network.neighbours' && verdict !== 'UNKNOWN'),
  )
  const has = ({ results }: HostResults, code: string) => results.some(({ findings }) => findings.some((finding) => finding.code === code))
  const silent = looked.filter((host) => has(host, 'network.neighbours-silent'))
  const full = looked.filter((host) => has(host, 'network.neighbour-overflow') || has(host, 'network.neighbours-nearly-full'))
  if (full.length > 0 || silent.length < leastHosts || silent.length < looked.length * leastShare) return []
  return [
    found('network.switch-arp', 'WARNING', {
      subject: 'network',
      params: { hosts: silent.map(({ host }) => host), of: looked.length },
      confidence: 'inferred',
      evidence: silent.slice(0, 8).flatMap(({ host, results }) =>
        results
          .flatMap(({ findings }) => findings)
          .filter(({ code }) => code === 'network.neighbours-silent')
          .flatMap(({ evidence }) => evidence)
          .map(({ source, lines }) => ({ source: `${host}: ${source}`, lines })),
      ),
      ruledOut: [notTheCause('network.table-not-full', { hosts: looked.length })],
    }),
  ]
}
