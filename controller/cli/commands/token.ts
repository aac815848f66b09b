import { Option } from 'commander'
import { identityKinds, roles } from '../../../shared/identity/subject.ts'
import type { RegisterCommand } from '../command.ts'
import { callTimeoutOption, countValue, durationValue, outputOption } from '../options.ts'
import { printResult } from '../output/structured.ts'
import { tableOptions } from '../output/table-options.ts'
import { tokenColumns } from '../output/tokens.ts'
import { renderTable } from '../terminal/table.ts'
import { formatAge } from '../terminal/time.ts'

interface CreateOptions {
  readonly kind: string
  readonly ttl: number
  readonly uses: number
  readonly role?: string
  readonly name?: string
}

const where: Readonly<Record<string, string>> = {
  host: 'on the GPU host, as root',
  gateway: 'on the machine of the gateway',
  user: "on the user's machine",
}

export const token: RegisterCommand = (program, run) => {
  const group = program
    .command('token')
    .helpCommand(false)
    .description('create, list or revoke the tokens that hosts, gateways and people join with')
  group
    .command('create')
    .description('create a join token and print the command that uses it')
    .addOption(new Option('--kind <kind>', 'what may join').choices(identityKinds).default('host'))
    .addOption(new Option('--ttl <duration>', 'how long it can be used').argParser(durationValue).default(3_600_000, '1h'))
    .addOption(new Option('--uses <n>', 'how often it can be used').argParser(countValue(1)).default(1))
    .addOption(new Option('--role <role>', 'for a user: what it may do').choices(roles))
    .addOption(new Option('--name <name>', 'for a user: its name'))
    .addOption(outputOption(['table', 'json', 'yaml']))
    .addOption(callTimeoutOption())
    .action(
      run(async (context, { kind, ttl, uses, role, name }: CreateOptions) => {
        const wanted = { kind, ttlMs: ttl, uses, role: role ?? (kind === 'user' ? 'viewer' : ''), name: name ?? '' }
        const created = await (await context.link()).createToken(wanted)
        if (context.output === 'table') {
          const times = uses === 1 ? 'once' : `${uses} times`
          context.note(
            `Run this ${where[kind] ?? 'there'}. It works ${times}, for ${formatAge(created.expiresUnixMs - context.io.now() + 999)}; it is a secret until then.`,
          )
        }
        printResult(context, created, () => [created.joinCommand])
      }),
    )
  group
    .command('list')
    .description('list the join tokens')
    .addOption(outputOption())
    .addOption(callTimeoutOption())
    .action(
      run(async (context) => {
        const items = await (await context.link()).tokens()
        if (context.output === 'name') context.print(...items.map(({ id }) => id))
        else printResult(context, { items }, () => renderTable(tokenColumns(context.io.now()), items, tableOptions(context)))
        if (items.length === 0 && context.output === 'table') context.note('no tokens; create one with: hostler token create')
      }),
    )
  group
    .command('revoke')
    .description('make join tokens useless; what has joined stays')
    .argument('<ids...>')
    .addOption(callTimeoutOption())
    .action(
      run(async (context, ids: string[]) => {
        const link = await context.link()
        for (const id of ids) {
          await link.revokeToken(id)
          context.print(`token ${id} is revoked`)
        }
      }),
    )
}
