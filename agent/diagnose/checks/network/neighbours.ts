import type { Evidence, Finding } from '../../../../shared/diagnosis/finding.ts'
import { found } from '../../../../shared/diagnosis/found.ts'
import { neighbours as parseStatistics } from '../../../observe/metrics/network.ts'
import type { Check } from '../../check.ts'
import type { CheckContext } from '../../context.ts'
import { seen } from '../evidence.ts'
import { ended, missingProgram } from '../program.ts'
import { growthOf } from './growth.ts'
import { judgeStates, parseNeighbours } from './neighbour-states.ts'
import { judgeTable, type NeighbourTable, tableOf } from './neighbour-tables.ts'

const ipDeadlineMs = 5_000

/** Undefined where the kernel has no such table for this network namespace. */
const readTable = async (context: CheckContext, family: 'ipv4' | 'ipv6'): Promise<NeighbourTable | undefined> => {
  const statistics = await context.files.text(`/proc/net/stat/${tableOf[family]}`)
  const gcThresh3 = Number((await context.files.text(`/proc/sys/net/${family}/neigh/default/gc_thresh3`)) ?? Number.NaN)
  const told = statistics === undefined ? undefined : parseStatistics(statistics)
  if (statistics === undefined || told === undefined || !Number.isFinite(gcThresh3)) return undefined
  const kept = context.series('hostler_neighbour_table_fulls_total', { family })
  const fullsInWindow = told.tableFulls === undefined ? undefined : growthOf(kept, context.fromUnixMs, told.tableFulls)
  return { family, entries: told.entries, gcThresh3, fulls: told.tableFulls, fullsInWindow, statistics }
}

const unreadable = (what: string): Finding => found('looking.unreadable', 'UNKNOWN', { subject: 'host', params: { what }, evidence: [] })

/** Neighbours of another namespace do not say anything of this host's, so the table is that of the agent's own. */
export const neighbours: Check = {
  id: 'network.neighbours',
  subject: 'network',
  deadlineMs: 15_000,
  run: async (context, signal) => {
    const tables = await Promise.all([readTable(context, 'ipv4'), readTable(context, 'ipv6')])
    const findings: Finding[] = tables.flatMap((table) => (table ? judgeTable(table, context.events(), context.thresholds) : []))
    const looked: Evidence[] = tables.flatMap((table) =>
      table
        ? [
            seen(
              `/proc/net/stat/${tableOf[table.family]}`,
              `${table.entries} of ${table.gcThresh3} entries, overflows ${table.fulls ?? '?'}`,
            ),
          ]
        : [],
    )
    // Without IPv6 there is one table.
    if (tables[0] === undefined) findings.push(unreadable('/proc/net/stat/arp_cache'))

    const run = await context.run('ip', ['-j', 'neighbour', 'show'], ipDeadlineMs, signal)
    if (run.kind === 'not-started') return { findings: [...findings, ...missingProgram('ip', 'iproute2').findings], looked }
    const known = parseNeighbours(ended('ip -j neighbour show', run))
    if (known === undefined) return { findings: [...findings, unreadable('ip -j neighbour show')], looked }
    return {
      findings: [...findings, ...judgeStates(known)],
      looked: [...looked, seen('ip -j neighbour show', `${known.length} neighbours`)],
    }
  },
}
