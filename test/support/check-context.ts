import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ExecutionContext } from 'ava'
import type { CheckContext } from '../../agent/diagnose/context.ts'
import { hostFiles } from '../../agent/diagnose/files.ts'
import { runBounded } from '../../agent/observe/run-bounded.ts'
import { thresholds } from '../../shared/diagnosis/thresholds.ts'
import { emptyInventory } from './inventory.ts'
import { scratchDirectory } from './scratch.ts'

/** The rest of a test's life, for calls that want a signal and are not about to be aborted. */
export const neverAborted = new AbortController().signal

/**
 * This machine as checks see it: real files, real programs, and nothing of the rest of an agent. The window is the last hour; what
 * matters to a test is given by it.
 */
export const checkContext = (changes: Partial<CheckContext> = {}): CheckContext => ({
  fromUnixMs: Date.now() - 3_600_000,
  toUnixMs: Date.now(),
  nowUnixMs: () => Date.now(),
  thresholds: thresholds.parse({}),
  files: hostFiles(''),
  run: (program, args, deadlineMs, signal) =>
    runBounded(program, args, {
      deadlineMs,
      maxOutputBytes: 4 * 1024 * 1024,
      environment: { PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
      signal,
    }),
  inventory: () => emptyInventory,
  spec: () => undefined,
  statuses: () => new Map(),
  instances: async () => [],
  inside: async () => ({ kind: 'absent' }),
  logTail: async () => [],
  gpuSample: () => ({ sample: undefined, problem: '' }),
  gpuReport: async () => ({ state: 'absent', reason: 'not-installed', detail: 'nvidia-smi is not installed' }),
  gpuNvLinks: async () => ({ state: 'ok', value: [], atMonotonicMs: 0 }),
  gpuNvLinkErrors: async () => ({ state: 'ok', value: [], atMonotonicMs: 0 }),
  series: () => [],
  events: () => [],
  kernelLog: () => ({ reading: true, errno: '', problem: '' }),
  tuning: async () => undefined,
  address: '127.0.0.1',
  controllerHost: '127.0.0.1',
  modelPath: '',
  ...changes,
})

/** A captured host: these files, by their full path, below a directory of the test's own. Programs are this machine's. */
export const capturedHost = async (
  t: ExecutionContext,
  files: Readonly<Record<string, string>>,
  changes: Partial<CheckContext> = {},
): Promise<CheckContext> => {
  const root = await scratchDirectory()
  t.teardown(() => root[Symbol.asyncDispose]())
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root.path, path)), { recursive: true })
    await writeFile(join(root.path, path), text)
  }
  return checkContext({ files: hostFiles(root.path), ...changes })
}
