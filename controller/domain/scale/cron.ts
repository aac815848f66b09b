/** Cron expressions as moments of a wall clock: what they say, and when they last held. Pure: time comes in, zones are those of the runtime. */
import { validateDetailed } from 'node-cron'

/** An expression with its fields as sorted numbers; weekdays from 0, Sunday, to 6. */
export interface Cron {
  readonly minutes: readonly number[]
  readonly hours: readonly number[]
  readonly daysOfMonth: readonly number[]
  readonly months: readonly number[]
  readonly weekdays: readonly number[]
}

export type ParsedCron = { readonly ok: true; readonly cron: Cron } | { readonly ok: false; readonly problem: string }

const parsed = new Map<string, ParsedCron>()
/** Far more expressions than a fleet has; a flood of others is read anew each time. */
const mostKept = 1_000

/** Five fields, or a name such as @daily. What is refused says why. */
export const parseCron = (expression: string): ParsedCron => {
  const known = parsed.get(expression)
  if (known !== undefined) return known
  const read = readCron(expression)
  if (parsed.size < mostKept) parsed.set(expression, read)
  return read
}

const example = 'expected five fields, minute hour day month weekday, such as "0 8 * * 1-5"'
const refuse = (problem: string): ParsedCron => ({ ok: false, problem })

const readCron = (expression: string): ParsedCron => {
  const { valid, fields, errors } = validateDetailed(expression)
  if (!valid || fields === undefined) return refuse(`${errors[0]?.message ?? 'no cron expression'}; ${example}`)
  if (fields.second.length !== 1 || fields.second[0] !== 0) return refuse(`schedules count in minutes, not seconds; ${example}`)
  const numbers = (values: readonly (number | string)[]): readonly number[] => [...new Set(values.map(Number))].sort((a, b) => a - b)
  const daysOfMonth = numbers(fields.dayOfMonth)
  const weekdays = numbers(fields.dayOfWeek.map((day) => (day === 7 ? 0 : day)))
  if ([...daysOfMonth, ...weekdays].some(Number.isNaN)) return refuse('L, W and # are not understood in schedules; write the days out')
  if (daysOfMonth.length < 31 && weekdays.length < 7)
    return refuse('day of month and weekday are both restricted, and cron programs disagree on what that means; restrict one of them')
  return {
    ok: true,
    cron: { minutes: numbers(fields.minute), hours: numbers(fields.hour), daysOfMonth, months: numbers(fields.month), weekdays },
  }
}

/** What keeps a name from being a time zone; undefined for one of the IANA database. */
export const timeZoneProblem = (timeZone: string): string | undefined => {
  try {
    new Intl.DateTimeFormat('en', { timeZone })
    return undefined
  } catch {
    return 'there is no such time zone; expected a name of the IANA database, such as Asia/Shanghai, Europe/Berlin or UTC'
  }
}

/** Leap days are rarest: up to eight years apart. */
const mostDaysBack = 366 * 8

/**
 * The latest moment up to now at which the expression held on the clocks of that zone, in Unix ms; undefined when there was none in eight years.
 * A time that clocks skip in spring comes as much later as they skip, and one that they show twice in autumn counts the first time.
 */
export const lastMomentOf = (cron: Cron, timeZone: string, nowUnixMs: number): number | undefined => {
  const today = Temporal.Instant.fromEpochMilliseconds(nowUnixMs).toZonedDateTimeISO(timeZone).toPlainDate()
  for (let back = -1; back < mostDaysBack; back++) {
    // Tomorrow too: where clocks go back over midnight, a moment of tomorrow may be past already.
    const date = today.subtract({ days: back })
    if (!isDayOf(cron, date)) continue
    const found = lastTimeOn(cron, date, timeZone, nowUnixMs)
    if (found !== undefined) return found
  }
  return undefined
}

const isDayOf = ({ daysOfMonth, months, weekdays }: Cron, { day, month, dayOfWeek }: Temporal.PlainDate): boolean =>
  daysOfMonth.includes(day) && months.includes(month) && weekdays.includes(dayOfWeek % 7)

const lastTimeOn = ({ hours, minutes }: Cron, date: Temporal.PlainDate, timeZone: string, nowUnixMs: number): number | undefined => {
  for (const hour of hours.toReversed()) {
    for (const minute of minutes.toReversed()) {
      const { epochMilliseconds } = date.toZonedDateTime({ timeZone, plainTime: { hour, minute } })
      if (epochMilliseconds <= nowUnixMs) return epochMilliseconds
    }
  }
  return undefined
}
