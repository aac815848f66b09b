import { Option } from 'commander'
import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import type { RegisterCommand } from '../command.ts'
import type { CommandContext } from '../context.ts'
import type { HostAction } from '../link/control-link.ts'
import { callTimeoutOption, outputOption, type WaitOptions, waitOptions } from '../options.ts'
import { printResult } from '../output/structured.ts'
import { followDrain } from '../progress/drain.ts'
import { confirm } from '../terminal/confirm.ts'

const hostsArgument = ['<hosts...>', 'names or ids of hosts'] as const

const words: Readonly<Record<Exclude<HostAction, 'drain'>, { readonly done: string; readonly already: string }>> = {
  cordon: { done: 'is cordoned: it takes no new replica', already: 'is cordoned already' },
  uncordon: { done: 'takes new replicas again', already: 'is not cordoned' },
}

const decide = async (context: CommandContext, action: Exclude<HostAction, 'drain'>, hosts: readonly string[]): Promise<void> => {
  const items = await (await context.link()).hostAction(action, hosts)
  printResult(context, { items }, () =>
    items.map(({ host, changed }) => `host ${host} ${changed ? words[action].done : words[action].already}`),
  )
}

export const cordon: RegisterCommand = (program, run) => {
  program
    .command('cordon')
    .description('keep new replicas off hosts; what runs there stays')
    .argument(...hostsArgument)
    .addOption(outputOption(['table', 'json', 'yaml']))
    .addOption(callTimeoutOption())
    .action(run((context, hosts: string[]) => decide(context, 'cordon', hosts)))
}

export const uncordon: RegisterCommand = (program, run) => {
  program
    .command('uncordon')
    .description('let new replicas come to hosts again, and end a drain')
    .argument(...hostsArgument)
    .addOption(outputOption(['table', 'json', 'yaml']))
    .addOption(callTimeoutOption())
    .action(run((context, hosts: string[]) => decide(context, 'uncordon', hosts)))
}

interface DrainOptions extends WaitOptions {
  readonly force?: boolean
  readonly yes?: boolean
}

export const drain: RegisterCommand = (program, run) => {
  const command = program
    .command('drain')
    .description('cordon hosts and move their replicas to others, which serve before the ones here go; ended by uncordon')
    .argument(...hostsArgument)
    .addOption(new Option('--force', 'do not wait until others serve in their place; requests in flight are still finished'))
    .addOption(new Option('-y, --yes', 'do not ask'))
    .addOption(outputOption(['table', 'json', 'yaml']))
  waitOptions(command, true).action(
    run(async (context, hosts: string[], options: DrainOptions) => {
      const { io, signal } = context
      const { force = false } = options
      const asks = force && io.isTTY.stdin && io.isTTY.stderr && !options.yes
      if (asks && !(await confirm(io, `Take all replicas off ${hosts.join(', ')} although fewer than wanted may be left?`, signal)))
        throw new HostlerError('CONFLICT', 'nothing was changed')
      const items = await (await context.link()).hostAction('drain', hosts, force)
      const names = items.map(({ host }) => host)
      if (options.wait === false) {
        printResult(context, { items }, () =>
          items.map(
            ({ host, changed }) =>
              `host ${host} ${changed ? 'is being drained' : 'is being drained already'}; see: hostler get hosts ${host}`,
          ),
        )
        return
      }
      const drained = await followDrain(context, names, options.timeout)
      if (!drained) return
      printResult(context, { items: items.map((item) => ({ ...item, state: 'drained' })) }, () =>
        names.map((name) => `host ${name} is drained: no replica is left on it. To use it again: hostler uncordon ${name}`),
      )
    }),
  )
}
