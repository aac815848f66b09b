/** The command line: `hostler`, its commands and what surrounds them all. */
import { Command, CommanderError, Option } from 'commander'
import { version } from '../../shared/config/version.ts'
import { HostlerError } from '../../shared/errors/hostler-error.ts'
import type { Run } from './command.ts'
import { openContext } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import { asFailure, CommandFailure, failureJson, failureText } from './fail.ts'
import type { CliIo } from './io.ts'
import { groups } from './registry.ts'
import { paintFor } from './terminal/colour.ts'

/** The whole command tree. `run` is what happens when a command was found. */
export const buildProgram = (io: CliIo, run: Run): Command => {
  const program = new Command('hostler')
    .description('Runs large language models on your own GPU hosts.')
    .version(version, '-V, --version', 'print the version of this program')
    .addOption(
      new Option('--credentials <file>', 'credentials to use; default: $HOSTLER_CREDENTIALS, then ~/.config/hostler/credentials.json'),
    )
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: () => {},
      getOutHelpWidth: () => Math.min(io.columns() ?? 100, 100),
      getErrHelpWidth: () => Math.min(io.columns() ?? 100, 100),
    })
  for (const { title, commands } of groups) {
    program.commandsGroup(title)
    for (const register of commands) register(program, run)
  }
  return program
}

/** Commander's own words, in the form of all other errors. */
const wordsOf = (message: string): string =>
  message
    .replace(/^error: /, '')
    .replace(/^command-argument value '(.*)' is invalid for argument '(.*?)'\. /s, '$2 "$1": ')
    .replace(/^option '(.*?)' argument '(.*)' is invalid\. /s, '$1 "$2": ')
    .replace(/\n\((.*)\)$/s, '; $1')

const usageFailure = (thrown: CommanderError): CommandFailure =>
  new CommandFailure(new HostlerError('ARGUMENT_INVALID', wordsOf(thrown.message)), {
    hint: 'run the command with --help to see what it takes',
  })

/** Whether the reader of the errors is a program, known before the options are parsed, since they may be what is wrong. */
const wantsJson = (argv: readonly string[]): boolean => /(^|\s)(-o|--output)[ =]?json(\s|$)/.test(argv.join(' '))

const isBrokenPipe = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EPIPE'

/**
 * Runs one command line and resolves to the exit code of exit-codes.ts. Never throws and never ends the process.
 * @param argv the arguments after the program's name
 */
export const runCli = async (argv: readonly string[], io: CliIo): Promise<number> => {
  const readerGone = new AbortController()
  const onOutputError = (error: Error) => readerGone.abort(error)
  io.stdout.on('error', onOutputError)
  io.stderr.on('error', onOutputError)
  const signal = AbortSignal.any([io.signal, readerGone.signal])
  /** Undefined: the command left no word of its own, so success, or an interruption. */
  let exitCode: number | undefined
  const run: Run =
    (work) =>
    async (...args) => {
      const command = args.at(-1) as unknown as Command
      const waits = command.options.some((option) => option.attributeName() === 'wait')
      using context = openContext(io, signal, command.optsWithGlobals(), waits)
      exitCode = (await work(context, ...args)) ?? undefined
    }
  const program = buildProgram(io, run)
  try {
    if (argv.length === 0) program.outputHelp()
    else await program.parseAsync(argv, { from: 'user' })
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return exitCodes.ok.code
    // A command group alone has printed its help already.
    if (thrown instanceof CommanderError && thrown.code === 'commander.help') return exitCodes.usage.code
    if (!signal.aborted) {
      const failure = thrown instanceof CommanderError ? usageFailure(thrown) : asFailure(thrown)
      io.stderr.write(wantsJson(argv) ? failureJson(failure) : failureText(failure, paintFor(io.isTTY.stderr, io.settings.noColor)))
      exitCode = failure.exitCode
    }
  }
  if (readerGone.signal.aborted) return isBrokenPipe(readerGone.signal.reason) ? exitCodes.ok.code : exitCodes.failure.code
  return exitCode ?? (io.signal.aborted ? exitCodes.interrupted.code : exitCodes.ok.code)
}
