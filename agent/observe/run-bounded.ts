import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { errnoOf, messageOf } from '../../shared/errors/hostler-error.ts'

export type Environment = Readonly<Record<string, string | undefined>>

export interface Bounds {
  readonly deadlineMs: number
  readonly maxOutputBytes: number
  readonly environment: Environment
  readonly signal: AbortSignal
}

/** How a program ended, or that it did not. */
export type BoundedRun =
  /** output is stdout and stderr as they came; several faults are told on stdout with exit code 0. */
  | { readonly kind: 'exited'; readonly code: number | null; readonly output: string }
  | { readonly kind: 'not-started'; readonly errno: string; readonly message: string }
  /** Killed, and no longer waited for. `gone` resolves when the kernel lets go of it, which may be never. */
  | { readonly kind: 'late' | 'too-long' | 'aborted'; readonly gone: Promise<void> }

export type OutputChild = ChildProcessByStdio<null, Readable, Readable>

// A grandchild can hold the pipe open after the exit; what has come by then is what there is.
const lastOutputMs = 200

/** Starts a program with nothing on stdin and untranslated messages. Throws where spawn does. */
export const startChild = (program: string, args: readonly string[], environment: Environment): OutputChild =>
  spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...environment, LC_ALL: 'C' } })

/** Kills a child and lets go of it: a process in uninterruptible sleep survives SIGKILL and must not be awaited. */
export const abandonChild = (child: OutputChild): void => {
  child.kill('SIGKILL')
  child.stdout.destroy()
  child.stderr.destroy()
  child.unref()
}

/** Runs a program and always settles: at its exit, at the deadline, past the output limit or at the signal. Never rejects. */
export const runBounded = async (program: string, args: readonly string[], bounds: Bounds): Promise<BoundedRun> => {
  try {
    return await untilSettled(startChild(program, args, bounds.environment), bounds)
  } catch (thrown) {
    return { kind: 'not-started', errno: errnoOf(thrown), message: messageOf(thrown) }
  }
}

const untilSettled = (child: OutputChild, bounds: Bounds): Promise<BoundedRun> => {
  const { promise, resolve } = Promise.withResolvers<BoundedRun>()
  const gone = Promise.withResolvers<void>()
  const chunks: Buffer[] = []
  let bytes = 0

  const settle = (run: BoundedRun) => {
    clearTimeout(deadline)
    bounds.signal.removeEventListener('abort', onAbort)
    resolve(run)
  }
  const abandon = (kind: 'late' | 'too-long' | 'aborted') => {
    abandonChild(child)
    settle({ kind, gone: gone.promise })
  }
  const onAbort = () => abandon('aborted')
  const deadline = setTimeout(() => abandon('late'), bounds.deadlineMs)
  const onData = (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > bounds.maxOutputBytes) abandon('too-long')
    else chunks.push(chunk)
  }
  child.stdout.on('data', onData)
  child.stderr.on('data', onData)
  child.on('error', (error) => {
    gone.resolve()
    settle({ kind: 'not-started', errno: errnoOf(error), message: messageOf(error) })
  })
  child.on('exit', (code) => {
    gone.resolve()
    const finish = () => settle({ kind: 'exited', code, output: Buffer.concat(chunks).toString('utf8') })
    const impatient = setTimeout(() => {
      child.stdout.destroy()
      child.stderr.destroy()
      finish()
    }, lastOutputMs)
    child.once('close', () => {
      clearTimeout(impatient)
      finish()
    })
  })
  if (bounds.signal.aborted) onAbort()
  else bounds.signal.addEventListener('abort', onAbort, { once: true })
  return promise
}
