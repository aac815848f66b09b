import { Argument, Option } from 'commander'
import { stringify } from 'yaml'
import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import { pause } from '../../../shared/lifecycle/deadline.ts'
import type { RegisterCommand } from '../command.ts'
import type { CommandContext } from '../context.ts'
import type { ControlLink } from '../link/control-link.ts'
import { reconnecting } from '../link/reconnect.ts'
import { callTimeoutOption, durationValue, outputOption } from '../options.ts'
import { isForPeople } from '../output/format.ts'
import { structured } from '../output/structured.ts'
import { tableOptions } from '../output/table-options.ts'
import { createScreen } from '../terminal/screen.ts'
import { type Column, renderTable } from '../terminal/table.ts'
import { topDeployment, topGpus, topHosts, topReplicas } from '../view/top.ts'
import { topDeploymentColumns, topGpuColumns, topHostColumns, topReplicaColumns } from '../view/top-columns.ts'

const kinds = ['hosts', 'gpus', 'replicas', 'deployments'] as const
type Kind = (typeof kinds)[number]

interface Top {
  readonly items: readonly object[]
  readonly lines: readonly string[]
}

const topOf = <Row extends object>(context: CommandContext, rows: readonly Row[], columns: readonly Column<Row>[]): Top => ({
  items: rows,
  lines: renderTable(columns, rows, tableOptions(context)),
})

const whenEmpty: { readonly [K in Kind]: string } = {
  hosts: 'there are no hosts; hostler token create prints the command that joins one',
  gpus: 'no host has told of a GPU',
  replicas: 'there are no replicas; hostler deploy -f SPEC starts some',
  deployments: 'there are no deployments; hostler deploy -f SPEC makes one',
}

const lookAtDeployments = async (context: CommandContext, link: ControlLink, names: readonly string[]): Promise<Top> => {
  const { deployments } = await link.fleet(['deployments'])
  const missing = names.filter((name) => !deployments.some((deployment) => deployment.name === name))
  if (missing.length > 0)
    throw new HostlerError('NOT_FOUND', `no deployment is named ${missing.join(' or ')}; see: hostler get deployments`)
  const shown = deployments.filter(({ name }) => names.length === 0 || names.includes(name))
  return topOf(context, shown.map(topDeployment), topDeploymentColumns)
}

/** What is asked for, of these hosts or of all. */
const look = async (context: CommandContext, link: ControlLink, kind: Kind, names: readonly string[]): Promise<Top> => {
  if (kind === 'deployments') return lookAtDeployments(context, link, names)
  const [fleet, told] = await Promise.all([link.fleet(kind === 'replicas' ? ['replicas', 'hosts'] : ['hosts']), link.metrics([])])
  const of = (host: string): boolean => names.length === 0 || names.includes(host)
  const known = new Set(fleet.hosts.flatMap(({ name, id }) => [name, id]))
  const missing = names.filter((name) => !known.has(name))
  if (missing.length > 0) throw new HostlerError('NOT_FOUND', `no host is named ${missing.join(' or ')}; see: hostler get hosts`)
  const hosts = fleet.hosts.filter(({ name, id }) => of(name) || of(id))
  const shown = { ...fleet, hosts, replicas: fleet.replicas.filter((replica) => hosts.some(({ name }) => name === replica.host)) }
  const replicas = names.length === 0 ? fleet : shown
  switch (kind) {
    case 'hosts':
      return topOf(context, topHosts(shown, told), topHostColumns)
    case 'gpus':
      return topOf(context, topGpus(shown, told), topGpuColumns)
    case 'replicas':
      return topOf(context, topReplicas(replicas, told), topReplicaColumns)
  }
}

const print = (context: CommandContext, kind: Kind, { items, lines }: Top): void => {
  const { output } = context
  if (output === 'json' || output === 'yaml') context.print(structured({ items }, output))
  else context.print(...lines)
  if (items.length === 0 && isForPeople(output)) context.note(whenEmpty[kind])
}

async function* again(every: number, signal: AbortSignal, ask: () => Promise<Top>): AsyncGenerator<Top> {
  do yield await ask()
  while ((await pause(every, signal)) === 'elapsed')
}

/** On a terminal drawn over in place; elsewhere one table, or document, after another. */
const watch = async (context: CommandContext, kind: Kind, names: readonly string[], everyMs: number): Promise<void> => {
  const { io, signal, output } = context
  const link = await context.link()
  const screen = createScreen({ write: (text) => io.stdout.write(text), rows: io.rows })
  const views = reconnecting(() => again(everyMs, signal, () => look(context, link, kind, names)), {
    signal,
    onLost: () => context.note('note: the connection to the controller is lost; trying again'),
    onBack: () => context.note('note: connected again'),
  })
  for await (const top of views) {
    if (output === 'json') context.print(JSON.stringify({ items: top.items }))
    else if (output === 'yaml') context.print('---', stringify({ items: top.items }, { lineWidth: 0 }).trimEnd())
    else if (io.isTTY.stdout) screen.draw(top.lines.length > 0 ? top.lines : [whenEmpty[kind]])
    else print(context, kind, top)
  }
}

interface Options {
  readonly watch?: boolean
  readonly every: number
}

export const top: RegisterCommand = (program, run) => {
  program
    .command('top')
    .description('show how hard hosts, GPUs, replicas or deployments work right now')
    .addArgument(new Argument('[kind]', 'what to show').choices(kinds).default('hosts'))
    .argument('[names...]', 'only of these hosts, or these deployments')
    .addOption(outputOption(['table', 'wide', 'json', 'yaml']))
    .addOption(new Option('-w, --watch', 'show it again and again, until Ctrl-C'))
    .addOption(new Option('--every <duration>', 'how often, with --watch').argParser(durationValue).default(2_000, '2s'))
    .addOption(callTimeoutOption())
    .action(
      run(async (context, kind: Kind, names: string[], options: Options) => {
        if (options.watch) return watch(context, kind, names, options.every)
        print(context, kind, await look(context, await context.link(), kind, names))
      }),
    )
}
