import { found } from '../../../../shared/diagnosis/found.ts'
import type { Check, CheckOutcome } from '../../check.ts'
import { seen } from '../evidence.ts'

export interface ModelSize {
  readonly path: string
  /** Undefined: it could not be told; message says why. */
  readonly sizeMiB: number | undefined
  readonly message: string
}

const duDeadlineMs = 15_000

/** What the kernel and engines need besides; the rest can hold files that were read. */
const usable = 0.8

/** Whether a replica that restarts finds its weights in memory. Pure. */
export const judgePageCache = (models: readonly ModelSize[], memoryMiB: number): CheckOutcome => {
  const unknown = models.filter(({ sizeMiB }) => sizeMiB === undefined)
  const known = models.flatMap(({ path, sizeMiB }) => (sizeMiB === undefined ? [] : [{ path, sizeMiB }]))
  const modelsMiB = known.reduce((sum, { sizeMiB }) => sum + sizeMiB, 0)
  const evidence = [
    seen(
      'du -sLm',
      known.map(({ path, sizeMiB }) => `${sizeMiB} MiB ${path}`),
    ),
    seen('/proc/meminfo', `MemTotal ${memoryMiB} MiB`),
  ]
  const fits = memoryMiB === 0 || modelsMiB <= memoryMiB * usable
  const paths = known.map(({ path }) => path)
  return {
    findings: [
      ...(fits
        ? []
        : [found('storage.models-exceed-memory', 'INFO', { subject: 'host', params: { modelsMiB, memoryMiB, paths }, evidence })]),
      ...unknown.map(({ path, message }) =>
        found('looking.failed', 'UNKNOWN', { subject: `path/${path}`, params: { what: `du -sLm ${path}`, message }, evidence: [] }),
      ),
    ],
    looked: known.length === 0 ? [seen('the host spec', 'no replica reads a model that could be measured')] : evidence,
  }
}

export const pageCache: Check = {
  id: 'storage.page-cache',
  subject: 'storage',
  deadlineMs: 60_000,
  run: async (context, signal) => {
    const paths = [...new Set((context.spec()?.replicas ?? []).map(({ modelPath }) => modelPath))].filter((path) => path !== '')
    const models: ModelSize[] = []
    for (const path of paths) {
      const run = await context.run('du', ['-sLm', '--', path], duDeadlineMs, signal)
      const output = run.kind === 'exited' ? run.output.trim() : ''
      const sizeMiB = run.kind === 'exited' && run.code === 0 ? Number.parseInt(output, 10) : Number.NaN
      const message = output === '' ? `no answer within ${duDeadlineMs / 1000} s` : output
      models.push(Number.isFinite(sizeMiB) ? { path, sizeMiB, message: '' } : { path, sizeMiB: undefined, message })
    }
    const total = /^MemTotal:\s+(\d+) kB/m.exec((await context.files.text('/proc/meminfo')) ?? '')?.[1]
    return judgePageCache(models, Math.floor(Number(total ?? 0) / 1024))
  },
}
