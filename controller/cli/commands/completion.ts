import { Argument } from 'commander'
import type { RegisterCommand } from '../command.ts'
import { bashCompletion } from '../completion/bash.ts'
import { fishCompletion } from '../completion/fish.ts'
import { type CommandNode, commandNodes } from '../completion/tree.ts'
import { zshCompletion } from '../completion/zsh.ts'

const shells = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const satisfies Record<
  string,
  (nodes: readonly CommandNode[]) => string
>

export const completion: RegisterCommand = (program, run) => {
  program
    .command('completion')
    .description('print a completion script for a shell')
    .addArgument(new Argument('<shell>').choices(Object.keys(shells)))
    .action(
      run(async (context, shell: keyof typeof shells) => {
        context.io.stdout.write(shells[shell](commandNodes(program)))
      }),
    )
}
