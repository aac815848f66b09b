import { Option } from 'commander'
import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import type { RegisterCommand } from '../command.ts'
import { callTimeoutOption } from '../options.ts'
import { confirm } from '../terminal/confirm.ts'
import { isOn } from '../view/replicas.ts'

export const host: RegisterCommand = (program, run) => {
  const group = program.command('host').helpCommand(false).description('remove hosts from the fleet')
  group
    .command('remove')
    .description('cut a host off: its certificate is revoked; drain it first')
    .argument('<hosts...>', 'names or ids of hosts')
    .addOption(new Option('--force', 'also one that holds replicas, which are placed elsewhere'))
    .addOption(new Option('-y, --yes', 'do not ask'))
    .addOption(callTimeoutOption())
    .action(
      run(async (context, names: string[], { yes, force = false }: { readonly yes?: boolean; readonly force?: boolean }) => {
        const { io, signal } = context
        const link = await context.link()
        const { hosts, replicas } = await link.fleet(['hosts', 'replicas'])
        const found = hosts.filter(({ name, id }) => names.includes(name) || names.includes(id))
        const missing = names.filter((name) => !found.some((candidate) => candidate.name === name || candidate.id === name))
        if (missing.length > 0)
          throw new HostlerError('NOT_FOUND', `no host is named ${missing.join(' or ')}; nothing was removed. See: hostler get hosts`)
        const described = found
          .map(({ name, id }) => `${name} (${replicas.filter((replica) => isOn(replica, id)).length} replicas)`)
          .join(', ')
        const asks = io.isTTY.stdin && io.isTTY.stderr && !yes
        if (asks && !(await confirm(io, `Remove ${described}?`, signal))) throw new HostlerError('CONFLICT', 'nothing was removed')
        for (const { name, id } of found) {
          await link.removeHost(id, force)
          context.print(
            `host ${name} is removed; to bring it back, delete credentials.json in its agent's data directory and join with a new token: hostler token create`,
          )
        }
      }),
    )
}
