import type { CheckResult } from '../../shared/diagnosis/finding.ts'
import type { Mesh } from '../../shared/diagnosis/mesh.ts'
import { worstOf } from '../../shared/diagnosis/verdict.ts'
import type { Quarantine } from '../domain/mesh/quarantine.ts'
import { switchArp } from '../domain/mesh/switch-arp.ts'
import type { MeshThresholds } from '../domain/mesh/symptoms.ts'
import type { HostAnswer } from '../domain/report/assemble.ts'
import type { TargetHost } from '../domain/report/targets.ts'
import type { AgentCalls } from './agent-calls.ts'
import type { HostLeases } from './host-leases.ts'
import type { HostRegistry } from './host-registry.ts'
import { runMesh } from './mesh.ts'

export interface MeasureOptions {
  readonly hosts: HostRegistry
  readonly calls: AgentCalls
  readonly leases: HostLeases
  /** 0: nine tenths of the slower link. */
  readonly rateMbps: number
  readonly loadMs: number
  readonly quarantineMs: number
  readonly thresholds: MeshThresholds
  readonly nowUnixMs: () => number
  /** What is to be kept out of new work for a while. */
  readonly onQuarantines: (quarantines: readonly Quarantine[], mesh: Mesh) => void
}

export interface Measurement {
  readonly mesh: Mesh | null
  readonly results: readonly CheckResult[]
}

/** Measures between hosts, and reads from their own answers what only several of them together show. */
export type MeasureFleet = (
  targets: readonly TargetHost[],
  answers: readonly HostAnswer[],
  rateMbps: number,
  onProgress: (doing: string) => void,
  signal: AbortSignal,
) => Promise<Measurement>

/** What many hosts' own findings say of the switch between them. */
const togetherOf = (answers: readonly HostAnswer[], nowUnixMs: number): readonly CheckResult[] => {
  const findings = [...switchArp(answers.map(({ name, diagnosis }) => ({ host: name, results: diagnosis?.results ?? [] })))]
  if (findings.length === 0) return []
  const verdict = worstOf(findings.map((finding) => finding.verdict))
  return [{ check: 'network.neighbours', verdict, atUnixMs: nowUnixMs, durationMs: 0, findings, looked: [] }]
}

export const measureFleet =
  (options: MeasureOptions): MeasureFleet =>
  async (targets, answers, rateMbps, onProgress, signal) => {
    const { hosts, calls, leases, loadMs, quarantineMs, thresholds, nowUnixMs, onQuarantines } = options
    const together = togetherOf(answers, nowUnixMs())
    const views = hosts.views()
    const candidates = targets.map(({ hostId, name }) => ({
      id: hostId,
      name,
      address: views.get(hostId)?.address ?? '',
      skip: answers.find((answer) => answer.name === name)?.problem?.message ?? '',
    }))
    if (candidates.filter(({ skip }) => skip === '').length < 2) return { mesh: null, results: together }
    const cap = rateMbps || options.rateMbps
    const outcome = await runMesh({
      hosts: candidates,
      calls,
      leases,
      rateMbps: cap === 0 ? undefined : cap,
      loadMs,
      thresholds,
      nowUnixMs,
      onProgress: ({ round, rounds, pairsDone, pairs }) =>
        onProgress(`round ${round} of ${rounds}, ${pairsDone} of ${pairs} pairs measured`),
      signal,
      quarantineMs,
    })
    onQuarantines(outcome.quarantines, outcome.mesh)
    return { mesh: outcome.mesh, results: [...outcome.results, ...together] }
  }
