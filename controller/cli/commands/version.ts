import { versions } from 'node:process'
import { Option } from 'commander'
import { version as clientVersion, protocolVersion } from '../../../shared/config/version.ts'
import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import type { RegisterCommand } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { exitCodeOf } from '../exit-codes.ts'
import { callTimeoutOption, outputOption } from '../options.ts'
import { printResult } from '../output/structured.ts'

const client = { version: clientVersion, protocol: protocolVersion, node: versions.node }
const clientLine = `client:     ${client.version} (protocol ${client.protocol}, Node ${client.node})`

const withServer = async (context: CommandContext): Promise<number> => {
  try {
    const link = await context.link()
    const server = { ...(await link.version()), address: link.where }
    printResult(context, { client, server }, () => [
      clientLine,
      `controller: ${server.version} (protocol ${server.protocol}) at ${server.address}`,
      `you are:    ${server.identity} (${server.role})`,
    ])
    return 0
  } catch (error) {
    // The half that is known is worth having, above all when the other half is what is being looked into.
    if (!(error instanceof HostlerError) || context.signal.aborted) throw error
    printResult(context, { client, server: null }, () => [clientLine])
    context.note(`controller: ${error.message}`)
    return exitCodeOf(error.code)
  }
}

export const version: RegisterCommand = (program, run) => {
  program
    .command('version')
    .description('print the version of this program and of the controller')
    .addOption(new Option('--client', 'only of this program'))
    .addOption(outputOption(['table', 'json', 'yaml']))
    .addOption(callTimeoutOption())
    .action(
      run(async (context, { client: only }: { readonly client?: boolean }) => {
        if (!only) return withServer(context)
        printResult(context, { client }, () => [clientLine])
        return 0
      }),
    )
}
