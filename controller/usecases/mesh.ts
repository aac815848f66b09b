import type { CheckResult } from '../../shared/diagnosis/finding.ts'
import type { Mesh, MeshCell } from '../../shared/diagnosis/mesh.ts'
import { worstOf } from '../../shared/diagnosis/verdict.ts'
import { meshFindings } from '../domain/mesh/findings.ts'
import { flowsOf, measured } from '../domain/mesh/flows.ts'
import { type Quarantine, quarantinesOf } from '../domain/mesh/quarantine.ts'
import { rounds } from '../domain/mesh/rounds.ts'
import { solve } from '../domain/mesh/solve.ts'
import type { MeshThresholds } from '../domain/mesh/symptoms.ts'
import type { HostLeases } from './host-leases.ts'
import { type MeshHost, measureIdle, measureLoad, type PairOptions, type PairOutcome } from './mesh-pair.ts'

export interface MeshCandidate extends MeshHost {
  /** Why this host is left out, such as that its agent is not connected or that it is under load; empty otherwise. */
  readonly skip: string
}

export interface MeshProgress {
  readonly round: number
  readonly rounds: number
  readonly pairsDone: number
  readonly pairs: number
}

export interface MeshOptions {
  readonly hosts: readonly MeshCandidate[]
  readonly calls: PairOptions['calls']
  readonly leases: HostLeases
  /** 0: no cap. Undefined: nine tenths of the slower link, where it is known. */
  readonly rateMbps?: number | undefined
  /** Of each direction of each pair; default 3 s. */
  readonly loadMs?: number | undefined
  readonly thresholds: MeshThresholds
  readonly nowUnixMs: () => number
  readonly onProgress?: ((progress: MeshProgress) => void) | undefined
  readonly signal: AbortSignal
  /** How long what is found keeps work away; default an hour. */
  readonly quarantineMs?: number | undefined
}

export interface MeshOutcome {
  readonly mesh: Mesh
  readonly results: readonly CheckResult[]
  readonly quarantines: readonly Quarantine[]
}

const defaultLoadMs = 3_000
const defaultQuarantineMs = 3_600_000

/**
 * Measures every pair of hosts, round after round, each host in one measurement at a time, and solves the matrix. Never rejects: when the signal
 * aborts, what was measured until then is solved, and the rest is named as not measured.
 */
export const runMesh = async (options: MeshOptions): Promise<MeshOutcome> => {
  const { hosts, thresholds, nowUnixMs } = options
  const atUnixMs = nowUnixMs()
  const usable = hosts.filter(({ skip }) => skip === '')
  const plan = rounds(usable.map(({ name }) => name))
  const byName = new Map(hosts.map((host) => [host.name, host]))
  const cells: MeshCell[] = [...skippedCells(hosts)]
  const pairs = plan.flat().length
  let pairsDone = 0
  const aborted = atAbort(options.signal)
  const progress = (round: number) => options.onProgress?.({ round, rounds: plan.length, pairsDone, pairs })

  for (const [index, round] of plan.entries()) {
    progress(index + 1)
    const measuring = round.map(({ from, to }) => new MeasuredPair(options, byName.get(from), byName.get(to), aborted))
    // A load of one pair would be loss and latency of another, so nobody loads before all have pinged.
    await Promise.all(measuring.map((pair) => pair.pingIdle()))
    const measureOne = async (pair: MeasuredPair): Promise<MeshCell> => {
      const cell = await pair.load(index + 1)
      pairsDone += 1
      progress(index + 1)
      return cell
    }
    cells.push(...(await Promise.all(measuring.map(measureOne))))
  }
  const mesh: Mesh = { hosts: hosts.map(({ name }) => name), rounds: plan.length, cells }
  const faults = solve(mesh, thresholds)
  const findings = [...meshFindings(mesh, faults)]
  const result: CheckResult = {
    check: 'network.mesh',
    verdict: worstOf(findings.map(({ verdict }) => verdict)),
    atUnixMs,
    durationMs: Math.max(0, nowUnixMs() - atUnixMs),
    findings,
    looked: [{ source: 'mesh', lines: summary(mesh) }],
  }
  const quarantines = quarantinesOf(faults, nowUnixMs(), options.quarantineMs ?? defaultQuarantineMs)
  return { mesh, results: [result], quarantines }
}

/** Pairs of which one host is left out, with the reason. */
const skippedCells = (hosts: readonly MeshCandidate[]): readonly MeshCell[] =>
  hosts.flatMap((a, index) =>
    hosts.slice(index + 1).flatMap((b): readonly MeshCell[] => {
      const why = [a, b].filter(({ skip }) => skip !== '').map(({ name, skip }) => `${name}: ${skip}`)
      return why.length === 0 ? [] : [{ from: a.name, to: b.name, round: 0, probe: null, skipped: why.join('; ') }]
    }),
  )

type Skipped = Extract<PairOutcome, { readonly kind: 'skipped' }>

const cancelled = 'it was cancelled, or ran out of time'

/** A pair of a round. Its hosts are given back between pinging and loading, so that two diagnoses never wait for each other in a circle. */
class MeasuredPair {
  readonly #options: MeshOptions
  readonly #from: MeshHost
  readonly #to: MeshHost
  readonly #aborted: Promise<Skipped>
  #idle: PairOutcome = { kind: 'skipped', why: cancelled }

  constructor(options: MeshOptions, from: MeshHost | undefined, to: MeshHost | undefined, aborted: Promise<Skipped>) {
    if (from === undefined || to === undefined) throw new Error('a round names a host that is not in the mesh')
    this.#options = options
    this.#from = from
    this.#to = to
    this.#aborted = aborted
  }

  async pingIdle(): Promise<void> {
    this.#idle = await this.#leased((pair, signal) => measureIdle(pair, signal))
  }

  async load(round: number): Promise<MeshCell> {
    const { rateMbps, loadMs = defaultLoadMs } = this.#options
    const idle = this.#idle
    const outcome =
      idle.kind === 'skipped'
        ? idle
        : await this.#leased((pair, signal) => measureLoad({ ...pair, rateMbps, loadMs, idle: idle.probe }, signal))
    const cell = { from: this.#from.name, to: this.#to.name, round }
    return outcome.kind === 'measured' ? { ...cell, probe: outcome.probe, skipped: '' } : { ...cell, probe: null, skipped: outcome.why }
  }

  #leased(measure: (pair: PairOptions, signal: AbortSignal) => Promise<PairOutcome>): Promise<PairOutcome> {
    const { calls, leases, signal } = this.#options
    const [from, to] = [this.#from, this.#to]
    const work = leases
      .withBoth(from.id, to.id, signal, () => measure({ calls, from, to }, signal))
      .catch((): Skipped => ({ kind: 'skipped', why: cancelled }))
    return Promise.race([work, this.#aborted])
  }
}

const atAbort = (signal: AbortSignal): Promise<Skipped> =>
  new Promise((resolve) => {
    const end = () => resolve({ kind: 'skipped', why: cancelled })
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  })

const summary = (mesh: Mesh): string[] => {
  const pairs = measured(mesh)
  const rates = pairs.flatMap(flowsOf).map(({ mbps }) => mbps)
  return [
    `${pairs.length} of ${mesh.cells.length} pairs of ${mesh.hosts.length} hosts in ${mesh.rounds} rounds`,
    ...(rates.length === 0 ? [] : [`${Math.round(Math.min(...rates))} to ${Math.round(Math.max(...rates))} Mbit/s`]),
  ]
}
