import { type Command, Option } from 'commander'
import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import type { TuneAction } from '../../../shared/tuning/answer.ts'
import type { RegisterCommand, Run } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { exitCodes } from '../exit-codes.ts'
import { type CallOptions, durationValue, outputOption } from '../options.ts'
import { isForPeople } from '../output/format.ts'
import { structured } from '../output/structured.ts'
import { tableOptions } from '../output/table-options.ts'
import { tuneLines } from '../output/tune.ts'
import { confirm } from '../terminal/confirm.ts'
import type { Host } from '../view/fleet.ts'
import { tuneExitCode } from '../view/tune-exit.ts'
import type { TuneOutcome } from '../view/tuning.ts'

interface Options extends CallOptions {
  readonly profile?: string
  readonly group?: string
  readonly all?: boolean
  readonly yes?: boolean
}

const timeoutMs = 180_000

const hostsOfGroup = async (context: CommandContext, hosts: readonly Host[], group: string): Promise<readonly string[]> => {
  const members = hosts.filter(({ groups }) => groups.includes(group)).map(({ name }) => name)
  if (members.length > 0) return members
  const groups = (await (await context.link()).documents()).filter(({ kind }) => kind === 'HostGroup').map(({ name }) => name)
  const known = groups.length === 0 ? 'there are none' : `there are: ${groups.join(', ')}`
  throw new HostlerError(
    'NOT_FOUND',
    groups.includes(group) ? `no host is in the group ${group} yet` : `no group is named ${group}; ${known}`,
  )
}

/** What is asked before several hosts are changed at once; undefined: nothing to ask. */
const question = (action: TuneAction, names: readonly string[], hosts: readonly Host[], { profile }: Options): string | undefined => {
  if (action === 'plan' || action === 'status') return undefined
  const targets =
    names.length > 0
      ? names
      : hosts.filter((host) => host.profile !== '' || profile !== undefined || action === 'revert').map(({ name }) => name)
  if (targets.length <= 1) return undefined
  const listed = `${targets.slice(0, 8).join(', ')}${targets.length > 8 ? ` and ${targets.length - 8} more` : ''}`
  return action === 'revert'
    ? `Take the profile off ${targets.length} hosts and put back what they had before (${listed})?`
    : `Tune ${targets.length} hosts${profile === undefined ? '' : ` to profile ${profile}, from now on`} (${listed})?`
}

const tuneAction = async (context: CommandContext, action: TuneAction, given: readonly string[], options: Options): Promise<number> => {
  const { io, signal, output } = context
  const link = await context.link()
  const changes = action === 'apply' || action === 'revert'
  const asks = changes && io.isTTY.stdin && io.isTTY.stderr && !options.yes
  const fleet = options.group !== undefined || asks ? (await link.fleet(['hosts'])).hosts : []
  const members = options.group === undefined ? [] : await hostsOfGroup(context, fleet, options.group)
  const hosts = [...new Set([...given, ...members])]
  const asked = asks ? question(action, hosts, fleet, options) : undefined
  if (asked !== undefined && !(await confirm(io, asked, signal))) throw new HostlerError('CONFLICT', 'nothing was changed')

  const outcomes: TuneOutcome[] = []
  const show = { action, all: options.all ?? false, table: tableOptions(context) }
  for await (const outcome of link.tune({ action, hosts, profile: options.profile ?? '' }, signal)) {
    if (isForPeople(output)) context.print(...(outcomes.length > 0 ? [''] : []), ...tuneLines(outcome, show))
    outcomes.push(outcome)
  }
  if (signal.aborted) return exitCodes.interrupted.code
  const items = outcomes.toSorted((a, b) => (a.host < b.host ? -1 : 1))
  if (output === 'json' || output === 'yaml') context.print(structured({ items }, output))
  return tuneExitCode(action, outcomes)
}

const descriptions: Readonly<Record<TuneAction, string>> = {
  plan: 'show what a profile would change, and change nothing',
  apply: 'tune hosts now; with --profile they keep that profile from then on',
  status: 'show how far hosts are along with their profile',
  revert: 'take the profile off hosts and put back what they had before',
}

const register = (tune: Command, run: Run, action: TuneAction): void => {
  const command = tune.command(action).description(descriptions[action]).argument('[hosts...]', 'names or ids of hosts; default: all')
  if (action === 'plan' || action === 'apply')
    command.addOption(new Option('--profile <name>', 'this profile; default: the one that each host is to have'))
  command.addOption(new Option('--group <name>', 'the hosts of this group'))
  command.addOption(new Option('--all', 'show the settings that hold, too'))
  if (action === 'apply' || action === 'revert') command.addOption(new Option('-y, --yes', 'do not ask'))
  command
    .addOption(outputOption(['table', 'wide', 'json', 'yaml']))
    .addOption(new Option('--timeout <duration>', 'how long to wait for all hosts').argParser(durationValue).default(timeoutMs, '3m'))
    .action(run((context, hosts: string[], options: Options) => tuneAction(context, action, hosts, options)))
}

export const tune: RegisterCommand = (program, run) => {
  const group = program
    .command('tune')
    .helpCommand(false)
    .description("compare hosts' settings with a tuning profile, apply it, take it off")
  for (const action of ['plan', 'apply', 'status', 'revert'] as const) register(group, run, action)
}
