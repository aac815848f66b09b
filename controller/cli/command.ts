import type { Command } from 'commander'
import type { CommandContext } from './context.ts'

/** Turns a command's work into what commander calls. The work returns an exit code, or nothing for 0. */
export type Run = <Args extends unknown[]>(
  work: (context: CommandContext, ...args: Args) => Promise<number> | Promise<void>,
) => (...args: Args) => Promise<void>

/** Adds one command, and its subcommands, to the program. */
export type RegisterCommand = (program: Command, run: Run) => void
