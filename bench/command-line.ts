import { parseArgs } from 'node:util'
import { didYouMean } from '../shared/config/did-you-mean.ts'
import type { Bench } from './bench.ts'

export interface Asked {
  readonly kind: 'run'
  readonly bench: Bench
  readonly json: boolean
  readonly rounds: number | undefined
  readonly seconds: number | undefined
  readonly parts: readonly string[]
  readonly profileDirectory: string | undefined
}

export type Command = Asked | { readonly kind: 'list' } | { readonly kind: 'help' } | { readonly kind: 'wrong'; readonly message: string }

type Known = Pick<Bench, 'name' | 'summary' | 'parts'>

const options = {
  json: { type: 'boolean', default: false },
  list: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  rounds: { type: 'string' },
  seconds: { type: 'string' },
  part: { type: 'string', multiple: true },
  profile: { type: 'string' },
} as const

/** Reads the arguments behind `npm run bench --`. Pure. */
export const readCommand = (args: readonly string[], benches: readonly Bench[]): Command => {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
    if (values.help) return { kind: 'help' }
    if (values.list) return { kind: 'list' }
    return asked(values, positionals, benches)
  } catch (error) {
    return { kind: 'wrong', message: error instanceof Error ? error.message : String(error) }
  }
}

interface Values {
  readonly json: boolean
  readonly rounds?: string
  readonly seconds?: string
  readonly part?: readonly string[]
  readonly profile?: string
}

const asked = (values: Values, positionals: readonly string[], benches: readonly Bench[]): Asked => {
  const [name, ...more] = positionals
  const { part: parts = [] } = values
  if (name === undefined) throw new Error('name a bench')
  if (more.length > 0) throw new Error(`one bench at a time, not also '${more.join("', '")}'`)
  const bench = benches.find((one) => one.name === name)
  if (!bench)
    throw new Error(
      unknown(
        'bench',
        name,
        benches.map((one) => one.name),
      ),
    )
  for (const part of parts) if (!bench.parts.includes(part)) throw new Error(unknown(`part of ${name}`, part, bench.parts))
  return {
    kind: 'run',
    bench,
    json: values.json,
    rounds: whole('--rounds', values.rounds),
    seconds: whole('--seconds', values.seconds),
    parts,
    profileDirectory: values.profile,
  }
}

const unknown = (what: string, name: string, known: readonly string[]): string => {
  const near = didYouMean(name, known)
  return `there is no ${what} named '${name}'${near === undefined ? '.' : `; did you mean '${near}'?`} Known: ${known.join(', ') || 'none'}`
}

const whole = (option: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new Error(`${option} takes a whole number from 1 to 9999, not '${text}'`)
  return Number(text)
}

export const listText = (benches: readonly Known[]): string => {
  const width = Math.max(...benches.map(({ name }) => name.length))
  return benches
    .map(({ name, summary, parts }) => `${name.padEnd(width)}  ${summary}${parts.length > 0 ? `  (parts: ${parts.join(', ')})` : ''}\n`)
    .join('')
}

export const helpText = (benches: readonly Known[]): string => `\
usage: npm run bench -- NAME [options]

  --json           print one JSON object of figures instead of tables; it is the last line of the output
  --rounds N       rounds whose median counts
  --seconds N      length of one measurement
  --part PART      only this part of the bench; may be given again
  --profile DIR    leave CPU profiles of Hostler's own processes in DIR (figures are too high then)
  --list           name the benches
  -h, --help       show this

${listText(benches)}`
