import type { Bench, BenchResult, BenchRun } from '../bench.ts'
import { endings } from './client.ts'
import { soak } from './soak.ts'

const usualSeconds = 600
const shown = 10

const measure = async (run: BenchRun): Promise<BenchResult> => {
  const seconds = run.seconds ?? usualSeconds
  const { counts, troubles, problems, before, after } = await soak({ seconds, seed: 1, signal: run.signal, say: run.say })
  if (problems.length > 0) throw new Error(`${problems.length} problems:\n${problems.slice(0, shown).join('\n')}`)
  const total = endings.reduce((sum, ending) => sum + counts[ending], 0)
  return {
    title: `soak: ${seconds} s of replicas that die, drain, are slow and come back, and of clients that leave`,
    figures: {
      requests: total,
      ...Object.fromEntries(endings.map((ending) => [ending, counts[ending]])),
      retries: after.retries,
      heapBeforeMiB: before.heapMiB,
      heapAfterMiB: after.heapMiB,
      rssBeforeMiB: before.rssMiB,
      rssAfterMiB: after.rssMiB,
      openFilesBefore: before.files,
      openFilesAfter: after.files,
    },
    tables: [
      {
        columns: ['trouble', 'times'],
        rows: [...troubles].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([trouble, count]) => [trouble, String(count)]),
      },
    ],
    notes: [
      'each request ended in one way at its client, and the access log has it once, with an end that fits; only who left may be missing there',
      'cut: an engine that was killed in the middle of its answer; left: the client went away, at a random moment',
      'memory after garbage collection, at rest, after 5 s of load without trouble and at the end',
    ],
  }
}

export const soakBench: Bench = {
  name: 'soak',
  summary: 'ten minutes of trouble: every request accounted for once, counts back to zero, memory back to its base',
  parts: [],
  measure,
}
