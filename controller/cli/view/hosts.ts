import { describeSize } from '../../../shared/units/size.ts'
import { type HostSummary, summaryOf } from '../../domain/hosts/summary.ts'
import { toneOf } from '../terminal/colour.ts'
import type { Column } from '../terminal/table.ts'
import { formatAge } from '../terminal/time.ts'
import type { Host } from './fleet.ts'

/** `8x NVIDIA H200`, and every other model beside it. */
export const gpuModels = (host: Host): string => (summary(host)?.models ?? []).map(({ model, count }) => `${count}x ${model}`).join(', ')

/** Undefined until the agent reported. */
const summary = ({ summary: told, inventory, usage }: Host): HostSummary | undefined => told ?? (inventory && summaryOf(inventory, usage))

/** What is wrong with the host, in one line; empty when nothing is. A model directory that is not there yet is shown by describe alone. */
export const hostProblem = (host: Host): string => {
  const { profileProblem, tuning, specGeneration, ackedGeneration, state, drain } = host
  const problems = [
    ...(summary(host)?.problems ?? []),
    profileProblem,
    state === 'ready' && (tuning?.state === 'drifted' || tuning?.state === 'failed')
      ? `tuning ${tuning.state}${tuning.differing.length > 0 ? `: ${tuning.differing.slice(0, 3).join(', ')}${tuning.differing.length > 3 ? ', …' : ''}` : ''}`
      : '',
    drainProblem(drain),
    state === 'ready' && ackedGeneration < specGeneration ? `its spec is at ${ackedGeneration} of ${specGeneration}` : '',
  ]
  return problems.filter((problem) => problem !== '').join('; ')
}

export const taintsText = ({ taints }: Host): string =>
  taints.map(({ key, value, effect }) => `${key}${value === '' ? '' : `=${value}`}:${effect}`).join(',')

/** The first of what keeps a host from being drained. */
const drainProblem = (drain: Host['drain']): string => {
  if (drain === undefined || drain.doneUnixMs > 0) return ''
  const [first, ...others] = drain.left
  if (first === undefined) return ''
  return `${first.id} ${first.message}${others.length === 0 ? '' : `; and ${others.length} more`}`
}

/** One word: how far the host is along with the profile that it is to have. */
export const tuningState = ({ profile, profileProblem, tuning }: Host): string => {
  if (profileProblem !== '') return 'unclear'
  if (tuning === undefined) return profile === '' ? 'none' : 'unknown'
  // Another profile is about to take the place of the one that the agent speaks of.
  if (profile !== '' && tuning.profile !== profile) return 'pending'
  return tuning.state
}

const lastSeen = ({ state, lastSeenMsAgo }: Host): string => (state === 'unknown' ? '-' : formatAge(lastSeenMsAgo))

const gpusHeld = (host: Host): string => {
  const known = summary(host)
  return known ? `${host.gpusHeld}/${known.gpus}` : ''
}

const memory = (host: Host): string => {
  const known = summary(host)
  return known ? describeSize(known.memoryMiB) : ''
}

export const hostColumns = (): readonly Column<Host>[] => [
  { header: 'HOST', cell: ({ name }) => name },
  { header: 'STATE', cell: ({ state }) => state, tone: ({ state }) => toneOf(state) },
  { header: 'GPUS', cell: gpusHeld, right: true },
  { header: 'GPU-MODEL', rank: 2, least: 12, cell: gpuModels },
  { header: 'MEMORY', rank: 3, cell: memory, right: true },
  { header: 'ADDRESS', rank: 0, cell: ({ address }) => address },
  { header: 'SEEN', rank: 4, restless: true, cell: lastSeen, right: true },
  { header: 'AGENT', rank: 1, cell: ({ agentVersion }) => agentVersion },
  { header: 'ID', cell: ({ id }) => id, wide: true },
  { header: 'OS', cell: (host) => summary(host)?.os ?? '', wide: true },
  { header: 'KERNEL', cell: (host) => summary(host)?.kernel ?? '', wide: true },
  { header: 'DRIVER', cell: (host) => summary(host)?.driverVersion ?? '', wide: true },
  { header: 'CUDA', cell: (host) => summary(host)?.cudaVersion ?? '', wide: true },
  {
    header: 'LABELS',
    cell: ({ labels }) =>
      Object.entries(labels)
        .map(([key, value]) => `${key}=${value}`)
        .join(','),
    wide: true,
  },
  { header: 'TAINTS', cell: taintsText, wide: true },
  { header: 'GROUPS', cell: ({ groups }) => groups.join(','), wide: true },
  { header: 'PROFILE', cell: ({ profile }) => profile, wide: true },
  { header: 'TUNING', cell: tuningState, wide: true, tone: (host) => toneOf(tuningState(host)) },
  { header: 'PROBLEM', rank: 5, least: 20, cell: hostProblem },
]
