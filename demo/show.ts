/** What the demo prints. */
export type Out = (text: string) => void

export interface Shown {
  /** A step of the demo begins. */
  step(title: string): void
  line(text: string): void
  /** The output of a command, as a user would see it. */
  command(words: readonly string[], output: string): void
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`

export const createShow = (out: Out): Shown => {
  const startedMs = performance.now()
  let number = 0
  return {
    step: (title) => {
      number += 1
      out(`\n${number}. ${title}  [${seconds(performance.now() - startedMs)}]\n`)
    },
    line: (text) => out(`   ${text}\n`),
    command: (words, output) => {
      out(`   $ hostler ${words.join(' ')}\n`)
      for (const line of output.trimEnd().split('\n')) out(`     ${line}\n`)
    },
  }
}

export interface TimedFact {
  readonly what: string
  readonly ms: number
}

export interface Tally {
  readonly sent: number
  readonly answered: number
  readonly failed: number
  readonly cut: number
  /** Streams that the killed replica had begun and not ended at that instant: the only ones that may be cut. */
  readonly mayBeCut: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** The closing table. */
export const table = (tally: Tally, facts: readonly TimedFact[]): string => {
  const rows: readonly (readonly [string, string])[] = [
    ['requests sent', String(tally.sent)],
    ['requests answered', String(tally.answered)],
    ['requests failed', String(tally.failed)],
    ['streams cut', `${tally.cut} (open on the killed replica at that instant: ${tally.mayBeCut})`],
    ['time to an answer, P50 / P99', `${Math.round(tally.p50Ms)} ms / ${Math.round(tally.p99Ms)} ms`],
    ...facts.map(({ what, ms }) => [what, seconds(ms)] as const),
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  const lines = rows.map(([name, value]) => `  ${name.padEnd(width)}   ${value}`)
  const rule = '-'.repeat(Math.max(...lines.map((line) => line.length)))
  return ['', rule, ...lines, rule, ''].join('\n')
}
