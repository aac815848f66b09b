import winston from 'winston'

export type LogLevel = 'error' | 'warn' | 'info' | 'debug'
export type LogFields = Readonly<Record<string, unknown>>

/** Static messages, data in fields, one line an event. Field names that look like secrets are masked as a last resort. */
export interface Log {
  error(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  debug(message: string, fields?: LogFields): void
  child(fields: LogFields): Log
}

export interface LogOptions {
  readonly level: LogLevel
  /** json for daemons, text for a terminal. */
  readonly format: 'json' | 'text'
  readonly fields?: LogFields
}

const secretNames = /^(apiKey|api_key|secret|token|tokenSecret|password|authorization|key|privateKey)$/i

const describe = (value: unknown): unknown =>
  value instanceof Error ? { message: value.message, ...('code' in value ? { code: value.code } : {}), stack: value.stack } : value

const safeFields = (fields: LogFields): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, secretNames.test(name) ? '***' : describe(value)]))

const textLine = winston.format.printf(({ level, message, timestamp, ...fields }) => {
  const rest = Object.entries(fields)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ')
  return `${String(timestamp).slice(11, 23)} ${level.toUpperCase().padEnd(5)} ${String(message)}${rest ? `  ${rest}` : ''}`
})

const wrap = (logger: winston.Logger): Log => {
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      logger.log(level, message, safeFields(fields))
    }
  return {
    error: at('error'),
    warn: at('warn'),
    info: at('info'),
    debug: at('debug'),
    child: (fields) => wrap(logger.child(safeFields(fields))),
  }
}

/** A logger on stdout. */
export const createLog = (options: LogOptions): Log => {
  const timestamp = winston.format.timestamp()
  const format =
    options.format === 'json' ? winston.format.combine(timestamp, winston.format.json()) : winston.format.combine(timestamp, textLine)
  return wrap(
    winston.createLogger({
      level: options.level,
      format,
      defaultMeta: safeFields(options.fields ?? {}),
      transports: [new winston.transports.Console()],
    }),
  )
}

/** Says nothing: for library use and tests. */
export const silentLog: Log = { error() {}, warn() {}, info() {}, debug() {}, child: () => silentLog }
