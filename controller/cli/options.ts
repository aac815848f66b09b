/** Options that several commands share, and readers of their values. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import { parseDurationMs } from '../../shared/units/duration.ts'
import { outputFormats } from './output/format.ts'

export const durationValue = (text: string): number => {
  const ms = parseDurationMs(text)
  if (ms === undefined || ms <= 0) throw new InvalidArgumentError('expected a duration such as 30s, 5m or 1h30m')
  return ms
}

export const countValue =
  (least: number) =>
  (text: string): number => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value > 4_294_967_295)
      throw new InvalidArgumentError('expected a whole number')
    if (value < least) throw new InvalidArgumentError(`expected at least ${least}`)
    return value
  }

export const rateValue = (text: string): number => {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('expected a number above 0')
  return value
}

/** Takes an option given several times, or once with commas, as one list. */
export const listValue = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  ...text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
]

/** For commands that change a deployment. */
export const ifVersionOption = (): Option =>
  new Option('--if-version <version>', 'only when nobody has changed it since it was at this version (get deployments -o yaml)').argParser(
    countValue(1),
  )

export interface ChangeOptions {
  readonly ifVersion?: number
}

export const defaultCallTimeoutMs = 15_000
const defaultWaitTimeoutMs = 30 * 60_000

/** `-o`: only the formats that the command knows. */
export const outputOption = (formats: readonly string[] = outputFormats): Option =>
  new Option('-o, --output <format>', 'how to print the result').choices(formats).default('table')

/** For commands that ask the controller once. */
export const callTimeoutOption = (): Option =>
  new Option('--timeout <duration>', 'how long to wait for an answer').argParser(durationValue).default(defaultCallTimeoutMs, '15s')

export interface CallOptions {
  readonly timeout: number
}

export interface WaitOptions extends CallOptions {
  readonly wait?: boolean
}

/** For commands that start something: whether and how long to wait for its end. */
export const waitOptions = (command: Command, waitsByDefault: boolean): Command =>
  command
    .addOption(waitsByDefault ? new Option('--no-wait', 'return at once') : new Option('--wait', 'wait until it is done'))
    .addOption(new Option('--timeout <duration>', 'how long to wait at most').argParser(durationValue).default(defaultWaitTimeoutMs, '30m'))
