import { constants } from 'node:os'
import { stripVTControlCharacters } from 'node:util'
import type { Timers } from '../../shared/clock/timers.ts'
import type { ReplicaSpec } from '../../shared/fleet/replica.ts'
import { within } from '../../shared/lifecycle/deadline.ts'
import type { Instance, Runtime } from '../runtime/runtime.ts'
import { type EngineLine, engineLine } from './engine-exit.ts'
import type { Failure, Health } from './memory.ts'

const maxLines = 20
const maxLineCharacters = 400
/** A traceback of eight ranks, and what the engine was doing before it. */
const tailLines = 600
const maxBytes = 1024 * 1024
const readTimeoutMs = 5_000

/** The end of what an instance wrote, made safe for a terminal, with times where its runtime keeps them. Empty when its log cannot be read. */
export const tailOf = async (runtime: Runtime, instance: Instance, timers: Timers, signal: AbortSignal): Promise<readonly EngineLine[]> => {
  const pieces: Buffer[] = []
  let size = 0
  try {
    const options = { tailLines, follow: false, timestamps: true }
    for await (const piece of runtime.logs(instance, options, within(readTimeoutMs, signal, timers))) {
      pieces.push(piece)
      size += piece.length
      while (size - (pieces[0]?.length ?? 0) > maxBytes) size -= pieces.shift()?.length ?? 0
    }
  } catch {
    // What was read so far is better than nothing.
  }
  return (
    stripVTControlCharacters(Buffer.concat(pieces).toString())
      .split(/\r?\n/)
      // A process writes its lines itself: a time in front of one is its own.
      .map((line) => (runtime.name === 'docker' ? engineLine(line) : { atUnixMs: 0, text: line }))
      .filter(({ text }) => text.trim() !== '')
  )
}

/** Of a tail, what a status shows. */
export const lastLines = (tail: readonly EngineLine[]): readonly string[] =>
  tail.slice(-maxLines).map(({ text }) => text.slice(0, maxLineCharacters))

const signalName = (code: number): string => {
  const name = Object.entries(constants.signals).find(([, number]) => number === code - 128)?.[0]
  return name ? ` (${name})` : ''
}

const describeExit = (spec: ReplicaSpec, instance: Instance): string => {
  const { exitCode } = instance
  if (exitCode === undefined)
    return 'The engine is gone without an exit code: it was killed together with its supervisor, or the host was restarted.'
  if (exitCode === 0) return 'The engine exited with code 0, though a server should run until it is stopped. Check its command.'
  return `The engine exited with code ${exitCode}${signalName(exitCode)}. Its last lines say why: hostler logs ${spec.id}`
}

/** Why an engine ended, from what its runtime shows and what its watch had found. */
export const failureOf = (
  spec: ReplicaSpec,
  instance: Instance | undefined,
  health: Health | undefined,
  logLines: readonly string[],
): Failure => {
  const common = { exitCode: instance?.exitCode, oomKilled: instance?.oomKilled ?? false, logLines }
  if (health?.kind === 'condemned' && !common.oomKilled) return { ...common, code: health.code, message: health.message }
  if (!instance) return { ...common, code: 'EXITED', message: 'The instance was removed by somebody other than the agent.' }
  if (instance.oomKilled) {
    const limit =
      spec.memoryLimitMiB > 0
        ? `its memory limit of ${spec.memoryLimitMiB} MiB was reached; raise resources.memory.limit`
        : 'the host ran out of memory; give it a limit and fewer neighbours'
    return { ...common, code: 'OOM_KILLED', message: `The kernel killed the engine: ${limit}.` }
  }
  return { ...common, code: 'EXITED', message: describeExit(spec, instance) }
}
