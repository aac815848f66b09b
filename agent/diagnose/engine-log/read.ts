import type { OomPhase } from '../../../shared/diagnosis/catalogue/engine.ts'
import { type KnownLine, looksLikeOom, meaningOf } from '../patterns/engine-lines.ts'
import type { LineMeaning, OomAdvice, OomFigures } from '../patterns/pattern.ts'
import type { EngineLogReading, NcclTrouble, OomReport } from './report.ts'

/** What is known of the replica whose log it is. */
export interface LogOf {
  /** The spec's preset. */
  readonly engine: string
  /** In the order in which the engine counts them. */
  readonly gpuUuids: readonly string[]
  /** It served before it ended, so that it is past its start. */
  readonly wasReady: boolean
}

interface Meant {
  readonly at: number
  readonly line: string
  readonly known: KnownLine
}

type Meaning<Kind extends LineMeaning['kind']> = Extract<LineMeaning, { kind: Kind }>

const framesBack = 150
const mostLines = 8
const mostOfAKind = 20

const isOf = <Kind extends LineMeaning['kind']>(meant: Meant, kind: Kind): meant is Meant & { known: { meaning: Meaning<Kind> } } =>
  meant.known.meaning.kind === kind

/** Of the frames and markers above a line: the nearest of the start, else whether it served. */
const phaseAbove = (meant: readonly Meant[], at: number): OomPhase | undefined => {
  const above = meant
    .filter((candidate) => candidate.at < at && candidate.at >= at - framesBack)
    .flatMap(({ known: { meaning } }) => (meaning.kind === 'phase' ? [meaning.phase] : []))
    .toReversed()
  return above.find((phase) => phase !== 'run') ?? above[0]
}

const oomOf = (meant: readonly Meant[], { engine, gpuUuids, wasReady }: LogOf): OomReport | undefined => {
  const ooms = meant.filter((candidate) => isOf(candidate, 'oom'))
  const [first] = ooms
  if (!first) return undefined
  let figures: OomFigures = {}
  let phase: OomPhase | undefined
  let advice: OomAdvice | undefined
  for (const { known } of ooms) {
    const { meaning } = known
    if (meaning.kind !== 'oom') continue
    // The first report is the root; what later lines add completes it.
    figures = { ...meaning.figures, ...figures }
    phase ??= meaning.phase
    advice ??= meaning.advice
  }
  return {
    engine: engine === '' || engine === 'custom' ? (ooms.find(({ known }) => known.engine !== '')?.known.engine ?? engine) : engine,
    phase: wasReady ? 'run' : (phase ?? phaseAbove(meant, first.at) ?? 'unknown'),
    figures,
    advice,
    gpuUuid: gpuUuids[figures.gpuOrdinal ?? -1] ?? '',
    lines: ooms.slice(0, mostLines).map(({ line }) => line.trim()),
  }
}

const ncclOf = ({ known: { meaning }, line }: Meant): NcclTrouble[] => {
  if (meaning.kind === 'nccl-error')
    return [{ kind: 'error', error: meaning.error, cause: meaning.cause, collective: '', timeoutMs: 0, line: line.trim() }]
  if (meaning.kind === 'nccl-timeout') {
    const { collective, timeoutMs } = meaning
    return [{ kind: 'timeout', error: 'other ranks did not come', cause: 'peer', collective, timeoutMs, line: line.trim() }]
  }
  return []
}

const onceEach = <T>(things: readonly T[], keyOf: (thing: T) => string): readonly T[] => [
  ...new Map(things.toReversed().map((thing) => [keyOf(thing), thing])).values().toArray().toReversed().slice(0, mostOfAKind),
]

/** What the tail of an engine's log, oldest line first, tells of faults. Pure. */
export const readEngineLog = (lines: readonly string[], of: LogOf): EngineLogReading => {
  const meant: Meant[] = []
  const unrecognised: string[] = []
  for (const [at, line] of lines.entries()) {
    const known = meaningOf(line.trimEnd())
    if (known) meant.push({ at, line, known })
    else if (looksLikeOom(line)) unrecognised.push(line.trim())
  }
  const oom = oomOf(meant, of)
  return {
    oom,
    cudaErrors: onceEach(
      meant.flatMap(({ known: { meaning }, line }) => (meaning.kind === 'cuda-error' ? [{ error: meaning.error, line: line.trim() }] : [])),
      ({ error }) => error,
    ),
    nccl: onceEach(meant.flatMap(ncclOf), ({ kind, error, cause }) => `${kind} ${error} ${cause}`),
    gpuLost: meant.find((candidate) => isOf(candidate, 'gpu-lost'))?.line.trim(),
    // Beside a report that is understood, such lines are its echoes.
    unrecognised: oom ? [] : onceEach(unrecognised, (line) => line),
  }
}
