import { createHash, type Hash } from 'node:crypto'
import type { Log, LogFields } from '../../../shared/log/log.ts'

interface Entry {
  readonly atMs: number
  readonly who: string
  readonly text: string
  readonly fields: LogFields
}

const shown = (value: unknown): string => {
  if (value instanceof Error) return value.message
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}

const format = ({ atMs, who, text, fields }: Entry): string => {
  const rest = Object.entries(fields).map(([name, value]) => `${name}=${shown(value)}`)
  return `${(atMs / 1_000).toFixed(3).padStart(9)} ${who.padEnd(12)} ${[text, ...rest].join('  ')}`
}

const kept = 400

/** What happened, as lines for people; the last ones are kept, all of them printed or hashed when that is asked for. */
export class Trace {
  readonly #nowMs: () => number
  readonly #print: ((line: string) => void) | undefined
  readonly #hash: Hash | undefined
  readonly #entries: Entry[] = []
  #at = 0

  constructor(nowMs: () => number, options: { readonly print?: (line: string) => void; readonly hashed?: boolean }) {
    this.#nowMs = nowMs
    this.#print = options.print
    this.#hash = options.hashed ? createHash('sha256') : undefined
  }

  add(who: string, text: string, fields: LogFields = {}): void {
    const entry: Entry = { atMs: this.#nowMs(), who, text, fields }
    this.#entries[this.#at % kept] = entry
    this.#at += 1
    if (!this.#print && !this.#hash) return
    const line = format(entry)
    this.#print?.(line)
    this.#hash?.update(`${line}\n`)
  }

  /** Of one process. */
  log(who: string): Log {
    const at =
      (level: string) =>
      (message: string, fields: LogFields = {}): void =>
        this.add(who, level === '' ? message : `${level} ${message}`, fields)
    const log: Log = { error: at('ERROR'), warn: at('WARN'), info: at(''), debug: () => {}, child: () => log }
    return log
  }

  last(lines: number): readonly string[] {
    const from = Math.max(0, this.#at - Math.min(lines, kept))
    return Array.from({ length: this.#at - from }, (_, index) => format(this.#entries[(from + index) % kept] as Entry))
  }

  digest(): string {
    return this.#hash?.copy().digest('hex') ?? ''
  }
}
