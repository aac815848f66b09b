import type { CliIo } from './io.ts'
import type { ControlLink } from './link/control-link.ts'
import { defaultCallTimeoutMs } from './options.ts'
import type { OutputFormat } from './output/format.ts'
import { type Paint, paintFor } from './terminal/colour.ts'

/** What a command works with. */
export interface CommandContext {
  readonly io: CliIo
  /** Aborts on Ctrl-C, and when nobody reads the output any more. */
  readonly signal: AbortSignal
  readonly output: OutputFormat
  /** The file of --credentials. */
  readonly credentialsFile: string | undefined
  readonly paint: { readonly stdout: Paint; readonly stderr: Paint }
  /** The connection to the controller, opened on first use and closed when the command ends. Throws CREDENTIALS_MISSING. */
  readonly link: () => Promise<ControlLink>
  /** The result, a line each, on stdout. */
  print(...lines: readonly string[]): void
  /** What is said on the way, on stderr. */
  note(...lines: readonly string[]): void
}

/** The options that any command may have; commander gives them as they were declared. */
interface KnownOptions {
  readonly credentials?: string
  readonly output?: OutputFormat
  readonly timeout?: number
}

/**
 * The context of one run of a command; disposing it closes the connection.
 * @param waits the command is one of those whose --timeout is for a long wait
 */
export const openContext = (io: CliIo, signal: AbortSignal, options: KnownOptions, waits: boolean): CommandContext & Disposable => {
  const timeoutMs = options.timeout ?? defaultCallTimeoutMs
  // Where --timeout is for a long wait, a single call still has to be answered soon.
  const callTimeoutMs = waits ? Math.min(timeoutMs, defaultCallTimeoutMs) : timeoutMs
  let opened: Promise<ControlLink> | undefined
  let link: ControlLink | undefined
  const open = async (): Promise<ControlLink> => {
    // Loaded late: help, completion and what fails before it reaches the controller answer at once.
    const [{ findCredentials }, { openControlLink }] = await Promise.all([import('./credentials.ts'), import('./link/control-link.ts')])
    const credentials = await findCredentials(options.credentials, io.settings)
    link = openControlLink(credentials, { callTimeoutMs, signal })
    return link
  }
  const write = (stream: NodeJS.WritableStream, lines: readonly string[]) => {
    if (lines.length > 0) stream.write(`${lines.join('\n')}\n`)
  }
  return {
    io,
    signal,
    output: options.output ?? 'table',
    credentialsFile: options.credentials,
    paint: { stdout: paintFor(io.isTTY.stdout, io.settings.noColor), stderr: paintFor(io.isTTY.stderr, io.settings.noColor) },
    link: () => (opened ??= open()),
    print: (...lines) => write(io.stdout, lines),
    note: (...lines) => write(io.stderr, lines),
    [Symbol.dispose]: () => link?.[Symbol.dispose](),
  }
}
