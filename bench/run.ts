import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bench } from './bench.ts'
import { helpText, listText, readCommand } from './command-line.ts'
import { machineLine } from './measure/machine.ts'
import { clearDeadRuns, runDirectoryOf } from './prepare/run-directory.ts'
import { jsonLine, reportText } from './report.ts'

export interface BenchIo {
  readonly out: (text: string) => void
  /** Progress and errors. */
  readonly err: (text: string) => void
  readonly signal: AbortSignal
}

/** `npm run bench -- …`. Resolves to the exit code: 0, 1 for a bench that failed, 2 for wrong arguments, 130 when stopped. */
export const runBenches = async (args: readonly string[], benches: readonly Bench[], { out, err, signal }: BenchIo): Promise<number> => {
  const command = readCommand(args, benches)
  if (command.kind === 'help') out(helpText(benches))
  if (command.kind === 'list') out(listText(benches))
  if (command.kind === 'wrong') {
    err(`error: ${command.message}\n\n${helpText(benches)}`)
    return 2
  }
  if (command.kind !== 'run') return 0
  const { bench, json, rounds, seconds, parts, profileDirectory } = command
  await clearDeadRuns()
  const directory = runDirectoryOf(process.pid)
  await mkdir(directory, { recursive: true })
  const startedMs = performance.now()
  const say = (text: string) => err(`[${((performance.now() - startedMs) / 1000).toFixed(1).padStart(5)} s] ${text}\n`)
  try {
    const result = await bench.measure({
      rounds,
      seconds,
      parts,
      profileDirectory: profileDirectory && join(profileDirectory),
      directory,
      signal,
      say,
    })
    signal.throwIfAborted()
    const again = `npm run bench -- ${args.filter((arg) => arg !== '--json').join(' ')}`
    out(json ? `${jsonLine(result.figures)}\n` : reportText(result, { machine: await machineLine(), command: again }))
    return 0
  } catch (error) {
    if (signal.aborted) {
      err('stopped\n')
      return 130
    }
    err(`error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    return 1
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 3 })
  }
}
