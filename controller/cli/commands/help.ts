import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import type { RegisterCommand } from '../command.ts'
import { topics } from '../topics.ts'

export const help: RegisterCommand = (program, run) => {
  program
    .command('help')
    .description(`show help for a command, or on a topic: ${Object.keys(topics).join(', ')}`)
    .argument('[command...]')
    .action(
      run(async (context, words: string[]) => {
        const topic = topics[words.join(' ')]
        if (topic !== undefined) return context.print(...topic())
        const found = words.reduce<typeof program | undefined>(
          (command, word) => command?.commands.find((candidate) => candidate.name() === word || candidate.aliases().includes(word)),
          program,
        )
        if (found === undefined)
          throw new HostlerError('ARGUMENT_INVALID', `there is no command or topic "${words.join(' ')}"; hostler help lists all`)
        found.outputHelp()
      }),
    )
}
