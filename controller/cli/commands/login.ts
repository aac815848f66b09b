import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import type { RegisterCommand } from '../command.ts'

interface Options {
  readonly join: string
  readonly name: string
}

export const login: RegisterCommand = (program, run) => {
  program
    .command('login')
    .description('get credentials for this user with a token, and keep them in ~/.config/hostler')
    .requiredOption('--join <token>', 'from: hostler token create --kind user')
    .option('--name <name>', 'name in the controller’s records', 'user')
    .action(
      run(async (context, { join, name }: Options) => {
        // Loaded late, as few runs need it.
        const [{ userCredentialsFile }, { writeCredentials }, { parseJoinToken }, { enrolWithToken }] = await Promise.all([
          import('../credentials.ts'),
          import('../../../shared/identity/credentials-file.ts'),
          import('../../../shared/identity/join-token.ts'),
          import('../../../shared/rpc/enrol.ts'),
        ])
        const file = context.credentialsFile ?? userCredentialsFile(context.io.settings)
        const credentials = await enrolWithToken(parseJoinToken(join), { name, machineId: '' })
        if (credentials.kind !== 'user')
          throw new HostlerError(
            'TOKEN_INVALID',
            `this token is for a ${credentials.kind}; create one with: hostler token create --kind user`,
          )
        await writeCredentials(file, credentials)
        context.print(`credentials for ${credentials.name} at ${credentials.controller} are in ${file}`)
      }),
    )
}
