/** A host's answer, without what is about GPUs and replicas that nobody asked for. Pure. */
import type { HostDiagnosis } from '../../../shared/diagnosis/host-diagnosis.ts'
import { worstOf } from '../../../shared/diagnosis/verdict.ts'
import type { Placement } from '../incident/placement.ts'
import type { TargetHost } from './targets.ts'

/** Whatever names no GPU and no replica concerns the whole host, and stays. */
export const narrowed = (diagnosis: HostDiagnosis, { gpuUuids, replicas }: TargetHost, placement: Placement): HostDiagnosis => {
  if (gpuUuids.length === 0 && replicas.length === 0) return diagnosis
  const wantedReplicas = new Set([
    ...replicas,
    ...[...placement].filter(([, placed]) => placed.gpuUuids.some((uuid) => gpuUuids.includes(uuid))).map(([id]) => id),
  ])
  const wantedGpus = new Set([...gpuUuids, ...replicas.flatMap((id) => placement.get(id)?.gpuUuids ?? [])])
  const wanted = (subject: string): boolean => {
    const [kind, name = ''] = subject.split(/\/(.*)/s)
    return kind === 'gpu' ? wantedGpus.has(name) : kind === 'replica' ? wantedReplicas.has(name) : true
  }
  return {
    ...diagnosis,
    results: diagnosis.results.map((result) => {
      const findings = result.findings.filter(({ subject }) => wanted(subject))
      return { ...result, findings, verdict: worstOf(findings.map(({ verdict }) => verdict)) }
    }),
    events: diagnosis.events.filter(({ subject }) => wanted(subject)),
    series: diagnosis.series.filter(({ labels }) => labels.gpu === undefined || wantedGpus.size === 0 || wantedGpus.has(labels.gpu)),
  }
}
