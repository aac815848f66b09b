import { KernelFile } from '../../observe/kernel-file.ts'
import { isDead, parseStat } from '../proc.ts'

interface Witness {
  readonly file: KernelFile
  /** undefined: it was gone when it was first asked for. */
  readonly startTicks: number | undefined
}

const witness = (pid: number): Witness => {
  const file = new KernelFile(`/proc/${pid}/stat`)
  return { file, startTicks: parseStat(file.read() ?? '')?.startTicks }
}

/**
 * Processes whose end is waited for. Each is asked for by its open file in /proc: that takes some 10 µs, no other thread, and an open one is
 * never that of a later process with the same pid.
 */
export class Witnesses implements Disposable {
  #witnesses: readonly Witness[] = []

  follow(pids: readonly number[]): void {
    this[Symbol.dispose]()
    this.#witnesses = pids.map(witness)
  }

  allAlive(): boolean {
    return this.#witnesses.every(({ file, startTicks }) => {
      const now = parseStat(file.read() ?? '')
      // The file is opened anew when the process is gone, so that another with its pid answers.
      return now !== undefined && now.startTicks === startTicks && !isDead(now)
    })
  }

  [Symbol.dispose](): void {
    for (const { file } of this.#witnesses) file[Symbol.dispose]()
    this.#witnesses = []
  }
}
