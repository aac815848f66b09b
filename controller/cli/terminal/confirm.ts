import { createInterface } from 'node:readline/promises'
import type { CliIo } from '../io.ts'

/** Asks on the terminal; anything but y or yes is no. Rejects with the signal's reason when it aborts. */
export const confirm = async (io: CliIo, question: string, signal: AbortSignal): Promise<boolean> => {
  const lines = createInterface({ input: io.stdin, output: io.stderr, terminal: false })
  const closed = new AbortController()
  lines.once('close', () => closed.abort())
  try {
    const answer = await lines.question(`${question} [y/N] `, { signal: AbortSignal.any([signal, closed.signal]) })
    return /^y(es)?$/i.test(answer.trim())
  } catch (error) {
    // The end of the input is an answer too.
    if (closed.signal.aborted && !signal.aborted) return false
    throw error
  } finally {
    lines.close()
  }
}
