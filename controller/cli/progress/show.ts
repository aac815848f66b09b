/** What is seen while a deployment comes up. Pure. */
import { type Paint, toneOf } from '../terminal/colour.ts'
import { type Column, renderTable, type TableOptions } from '../terminal/table.ts'
import { ageSince, formatAge } from '../terminal/time.ts'
import { plainLine, truncate, wrap } from '../terminal/width.ts'
import type { Deployment, RolloutStep, UnplacedReplicas } from '../view/deployment.ts'
import type { Fleet, Replica } from '../view/fleet.ts'
import { replicaDetail, replicaState } from '../view/replicas.ts'
import type { Target } from './judge.ts'

const replicaRows = (fleet: Fleet): readonly Column<Replica>[] => [
  { header: 'REPLICA', cell: ({ id }) => id },
  { header: 'REV', rank: 0, cell: ({ revision }) => String(revision), right: true },
  { header: 'HOST', rank: 3, least: 8, cell: ({ host }) => host },
  { header: 'STATE', cell: (replica) => replicaState(replica, fleet), tone: (replica) => toneOf(replicaState(replica, fleet)) },
  { header: 'SINCE', rank: 1, cell: ({ phaseSinceUnixMs }) => ageSince(phaseSinceUnixMs, fleet.nowUnixMs), right: true },
  { header: 'DETAIL', rank: 2, least: 20, cell: (replica) => replicaDetail(replica, fleet.nowUnixMs) },
]

type Reason = UnplacedReplicas['hosts'][number]

const reasonColumns: readonly Column<Reason>[] = [
  { header: 'HOST', cell: ({ host }) => host },
  { header: 'REASON', cell: ({ code }) => code },
  { header: 'WHAT IS IN THE WAY', least: 24, cell: ({ message }) => message },
]

const countOf = (count: number): string => (count === 1 ? '1 replica has' : `${count} replicas have`)

/** Why replicas have no place, host by host, and what would help. */
export const unplacedLines = (unplaced: readonly UnplacedReplicas[], options: TableOptions): string[] =>
  unplaced.flatMap(({ count, hosts, suggestion }) => {
    const indent = options.indent ?? ''
    const width = (options.width ?? 1000) - indent.length - 2
    return [
      `${indent}${options.paint('busy', `${countOf(count)} no place:`)}`,
      ...renderTable(reasonColumns, hosts, { ...options, indent: `${indent}  `, wrapped: true }),
      ...(suggestion === ''
        ? []
        : wrap(plainLine(`What would help: ${suggestion}`), width).map((line) => `${indent}  ${options.paint('strong', line)}`)),
    ]
  })

const stepColumns: readonly Column<RolloutStep>[] = [
  { header: 'STEP', cell: ({ name }) => name },
  {
    header: 'STATE',
    cell: ({ state }) => state,
    tone: ({ state }) => (state === 'done' ? 'good' : state === 'active' ? 'busy' : undefined),
  },
  { header: 'HOW FAR', cell: ({ progress }) => plainLine(progress) },
  { header: 'WAITS FOR', least: 24, cell: ({ waitsFor }) => plainLine(waitsFor) },
]

/** Where a rollout stands, and what each of its steps waits for. */
const stepLines = (deployment: Deployment, options: TableOptions): string[] =>
  deployment.steps.length === 0 ? [] : renderTable(stepColumns, deployment.steps, { ...options, wrapped: true })

const summary = (deployment: Deployment): string =>
  `${deployment.state}; ${plainLine(deployment.message) || `${deployment.replicasReady}/${deployment.replicasWanted} ready`}`

/** One block for a terminal, drawn again after each view; `elapsedMs` since the wait began, if one did. */
export const progressBlock = (
  targets: readonly Target[],
  fleet: Fleet,
  elapsedMs: number | undefined,
  options: { readonly width: number | undefined; readonly paint: Paint },
): string[] =>
  targets.flatMap((target) => {
    const deployment = fleet.deployments.find(({ name }) => name === target.deployment)
    if (deployment === undefined) return []
    const replicas = fleet.replicas.filter((replica) => replica.deployment === target.deployment)
    const table = { ...options, indent: '  ' }
    const head = truncate(
      `${target.deployment} revision ${target.revision}: ${summary(deployment)}`,
      (options.width ?? Number.POSITIVE_INFINITY) - 9,
    )
    return [
      `${options.paint('strong', head)}${elapsedMs === undefined ? '' : `  ${formatAge(elapsedMs)}`}`,
      ...stepLines(deployment, table),
      ...renderTable(replicaRows(fleet), replicas, table),
      ...unplacedLines(deployment.unplaced, table),
    ]
  })

/** What was said last of each thing, so that only changes are said. */
export type Said = ReadonlyMap<string, string>

const coarse = (replica: Replica): Replica => ({ ...replica, progressPercent: Math.floor(replica.progressPercent / 10) * 10 })

const lineOf = (replica: Replica, fleet: Fleet): string => {
  // A countdown is no change.
  const detail = replicaDetail({ ...replica, nextAttemptUnixMs: 0 }, fleet.nowUnixMs)
  return plainLine(
    `${replica.id} on ${replica.host || 'no host'}: ${replicaState(coarse(replica), fleet)}${detail === '' ? '' : ` (${detail})`}`,
  )
}

/** For a log: one line for each change since what was said before. */
export const progressChanges = (
  targets: readonly Target[],
  fleet: Fleet,
  said: Said,
  paint: Paint,
): { readonly lines: readonly string[]; readonly said: Said } => {
  const now = new Map<string, string>()
  for (const { deployment: name } of targets) {
    const deployment = fleet.deployments.find((candidate) => candidate.name === name)
    if (deployment === undefined) continue
    now.set(`deployment/${name}`, `${name}: ${summary(deployment)}`)
    for (const replica of fleet.replicas.filter((candidate) => candidate.deployment === name)) now.set(replica.id, lineOf(replica, fleet))
    if (deployment.unplaced.length > 0) now.set(`unplaced/${name}`, unplacedLines(deployment.unplaced, { paint }).join('\n'))
  }
  const changed = [...now].filter(([key, text]) => said.get(key) !== text).map(([, text]) => text)
  const gone = [...said.keys()].filter((key) => !now.has(key) && !key.includes('/')).map((id) => `${id}: gone`)
  return { lines: [...changed, ...gone], said: now }
}
