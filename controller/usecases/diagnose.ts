import { hostDiagnosis } from '../../shared/diagnosis/host-diagnosis.ts'
import type { FaultReport } from '../../shared/diagnosis/report.ts'
import type { Subject, Trigger } from '../../shared/diagnosis/subjects.ts'
import { HostlerError, messageOf } from '../../shared/errors/hostler-error.ts'
import { assembleReport, type HostAnswer } from '../domain/report/assemble.ts'
import { clockOf } from '../domain/report/clock.ts'
import { narrowed } from '../domain/report/narrow.ts'
import { targetHosts } from '../domain/report/targets.ts'
import type { AgentCalls } from './agent-calls.ts'
import type { UseCaseContext } from './context.ts'
import type { HostRegistry } from './host-registry.ts'
import { inTurn } from './in-turn.ts'
import type { MeasureFleet } from './measure-fleet.ts'
import { placementOf } from './placement.ts'

export interface DiagnoseWish {
  readonly subject: Subject
  /** Hosts, GPUs, replicas or deployments; empty: all hosts. */
  readonly targets: readonly string[]
  /** 0: an hour before the end. */
  readonly fromUnixMs: number
  /** 0: now. */
  readonly toUnixMs: number
  /** Of the mesh; 0: as configured. */
  readonly rateMbps: number
}

export interface DiagnoseProgress {
  readonly done: number
  readonly total: number
  readonly host: string
  readonly doing: string
  /** Why this host could not be looked at. */
  readonly error: string
}

export interface DiagnoseOptions {
  readonly context: UseCaseContext
  readonly hosts: HostRegistry
  readonly calls: AgentCalls
  readonly hostDeadlineMs: number
  readonly parallel: number
  readonly measure: MeasureFleet
}

const lookBackMs = 60 * 60_000

const checkedWindow = ({ fromUnixMs, toUnixMs }: DiagnoseWish, nowUnixMs: number) => {
  const to = Math.min(toUnixMs || nowUnixMs, nowUnixMs)
  const from = fromUnixMs || to - lookBackMs
  if (from < to) return { fromUnixMs: from, toUnixMs: to }
  throw new HostlerError(
    'ARGUMENT_INVALID',
    `the window begins at ${new Date(from).toISOString()} and ends at ${new Date(to).toISOString()}; it has to begin before it ends, and before now`,
  )
}

const problemOf = (error: unknown): HostAnswer['problem'] => ({
  code: error instanceof HostlerError ? error.code : 'INTERNAL',
  message: messageOf(error),
})

/**
 * Asks hosts to look at themselves and makes one report of it. A host that does not answer is in the report with its problem. Errors: NOT_FOUND for a
 * target, ARGUMENT_INVALID for a window, DEADLINE_EXCEEDED when the signal aborts; agents are then told to stop.
 */
export const diagnose = async (
  options: DiagnoseOptions,
  wish: DiagnoseWish,
  trigger: Trigger,
  onProgress: (progress: DiagnoseProgress) => void,
  signal: AbortSignal,
): Promise<FaultReport> => {
  const { context, hosts, calls, hostDeadlineMs, parallel, measure } = options
  const { ledger, clock, secrets } = context
  const { subject } = wish
  const window = checkedWindow(wish, clock.unixMs())
  const targets = targetHosts(wish.targets, { ...ledger.facts, hosts: hosts.views() })
  const measures = subject === 'network' && targets.length > 1
  const total = targets.length + (measures ? 1 : 0)
  const placement = placementOf(ledger.facts)
  let done = 0
  const say = (host: string, doing: string, error = '') => onProgress({ done, total, host, doing, error })

  const answers = await inTurn(targets, parallel, async (target): Promise<HostAnswer> => {
    const { hostId, name } = target
    say(name, 'asked')
    const askedUnixMs = clock.unixMs()
    try {
      const diagnosis = await calls.document(hostId, { kind: 'diagnose', subject, ...window }, hostDeadlineMs, hostDiagnosis, signal)
      const ofHost = clockOf(diagnosis.results, askedUnixMs, clock.unixMs())
      done += 1
      say(name, 'looked at')
      return { name, diagnosis: narrowed(diagnosis, target, placement), problem: null, clock: ofHost }
    } catch (error) {
      if (signal.aborted) throw new HostlerError('DEADLINE_EXCEEDED', 'the diagnosis was cancelled or ran out of time', { cause: error })
      done += 1
      say(name, 'could not be asked', messageOf(error))
      return { name, diagnosis: null, problem: problemOf(error), clock: null }
    }
  })

  // Hosts look at themselves first: what the mesh sends would be in their figures.
  const measured = measures
    ? await measure(targets, answers, wish.rateMbps, (doing) => say('', doing), signal)
    : { mesh: null, results: [] }
  if (signal.aborted) throw new HostlerError('DEADLINE_EXCEEDED', 'the diagnosis was cancelled or ran out of time')
  return assembleReport({
    id: secrets.newId('r-'),
    subject,
    trigger,
    cause: '',
    atUnixMs: clock.unixMs(),
    ...window,
    answers,
    fleet: measured.results,
    mesh: measured.mesh,
    placement,
  })
}
