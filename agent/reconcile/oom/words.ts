import type { OomPhase } from '../../../shared/diagnosis/catalogue/engine.ts'
import type { ReplicaSpec } from '../../../shared/fleet/replica.ts'
import { describeSize } from '../../../shared/units/size.ts'
import { isShell } from '../../diagnose/engine-log/launch-words.ts'
import type { Change } from '../../diagnose/engine-log/moves.ts'
import type { Remedy } from '../../diagnose/engine-log/remedy.ts'
import type { OomReport } from '../../diagnose/engine-log/report.ts'
import type { OomDecision } from './decide.ts'
import { inForce, type TakenChange, wordsOf } from './memory.ts'

const doing: { readonly [P in OomPhase]: string } = {
  load: 'as it loaded the weights',
  'graph-capture': 'as it warmed up and captured graphs',
  'kv-cache': 'as it set up its KV cache',
  run: 'as it served',
  unknown: '',
}

const seen = ({ phase, figures: { triedMiB, freeMiB, capacityMiB, kvNeededMiB, kvAvailableMiB } }: OomReport): string => {
  const asked = triedMiB === undefined ? '' : `: it asked for ${describeSize(triedMiB)}`
  const free =
    freeMiB === undefined
      ? ''
      : `${asked === '' ? ':' : ','} ${describeSize(freeMiB)}${capacityMiB === undefined ? '' : ` of ${describeSize(capacityMiB)}`} were free`
  const cache =
    kvNeededMiB === undefined || kvAvailableMiB === undefined
      ? ''
      : `: one sequence of full length needs ${describeSize(kvNeededMiB)}, ${describeSize(kvAvailableMiB)} are there`
  return `${['The engine ran out of GPU memory', doing[phase]].filter((part) => part !== '').join(' ')}${asked}${free}${cache}.`
}

const set = ({ target, name, to }: Change): string => (target === 'env' ? `${name}=${to}` : `${name} ${to}`)
const instead = ({ from }: Change): string => (from === '' ? "the engine's default" : from)
const steps = (changes: readonly Change[]): string =>
  changes.map((change) => `${set(change)} (in place of ${instead(change)})`).join(' and ')

const advice = (spec: ReplicaSpec, remedy: Remedy): string => {
  switch (remedy.kind) {
    case 'change':
      if (isShell(wordsOf(spec))) return `Set ${steps(remedy.changes)} in its command; the agent cannot, since a shell starts the engine.`
      return `Set ${steps(remedy.changes)}, or onOOM: adjust to let the agent do so.`
    case 'weights':
      return `The weights do not fit${remedy.missingMiB === 0 ? '' : `: at least ${describeSize(remedy.missingMiB)} are missing on each GPU`}. Give it more GPUs (parallelism.tensor), or a quantised variant of the model.`
    case 'foreign': {
      const who = remedy.holders.map(
        ({ pid, process, container }) => `${process} (pid ${pid}${container === '' ? '' : `, container ${container}`})`,
      )
      return `${describeSize(remedy.heldMiB)} are held by ${who.length === 0 ? 'somebody else' : who.join(', ')}: stop or cap that; nothing of this replica is changed.`
    }
    case 'exhausted':
      return 'No smaller setting is left to try: give it more GPUs, or a quantised or smaller model.'
    case 'unknown-engine':
      return 'Lower its number of concurrent sequences or its context length; which flags those are is not known of this engine.'
  }
}

const tried = (changes: readonly TakenChange[]): string => (changes.length === 0 ? '' : ` Tried so far: ${changes.map(set).join(', ')}.`)

/** For people: what was seen, what was done or is to be done. */
export const oomMessage = (spec: ReplicaSpec, report: OomReport, { remedy, taken, memory, giveUp }: OomDecision): string => {
  if (taken.length > 0) return `${seen(report)} It is started again with ${steps(taken)}.`
  const end = giveUp ? ' It is not started again until its spec changes: every start ended so.' : ''
  return `${seen(report)} ${advice(spec, remedy)}${tried(inForce(spec, memory))}${end}`
}

/** A warning for as long as an engine runs with something else than its spec says. */
export const adjustedWarning = (changes: readonly TakenChange[]): readonly string[] => {
  if (changes.length === 0) return []
  const last = new Map(changes.map((change) => [change.name, change]))
  const first = new Map(changes.toReversed().map((change) => [change.name, change]))
  const now = [...last.values()].map((change) => ({ ...change, from: first.get(change.name)?.from ?? change.from }))
  return [`It runs with ${steps(now)}, because its GPU memory did not suffice. Put that into the deployment to keep it for new replicas.`]
}
