import { didYouMean } from '../../../shared/config/did-you-mean.ts'
import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import type { RegisterCommand } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { describeDeployment } from '../describe/deployment.ts'
import { describeHost } from '../describe/host.ts'
import { describeReplica } from '../describe/replica.ts'
import type { Material } from '../describe/sections.ts'
import { callTimeoutOption, outputOption } from '../options.ts'
import { structured } from '../output/structured.ts'
import { tableOptions } from '../output/table-options.ts'
import { isAbout } from '../view/events.ts'
import type { Fleet, FleetEvent } from '../view/fleet.ts'
import { isOn } from '../view/replicas.ts'

/** One thing that can be described: what it is as data, and as text. */
interface Subject {
  readonly kind: string
  readonly names: readonly string[]
  readonly value: object
  readonly lines: (material: Material) => string[]
}

const subjectsOf = (fleet: Fleet): readonly Subject[] => [
  ...fleet.deployments.map((item) => ({
    kind: 'deployment',
    names: [item.name],
    value: { ...item, replicas: fleet.replicas.filter(({ deployment }) => deployment === item.name) },
    lines: (material: Material) => describeDeployment(item, material),
  })),
  ...fleet.replicas.map((item) => ({
    kind: 'replica',
    names: [item.id, ...item.workers.map(({ id }) => id)],
    value: item,
    lines: (material: Material) => describeReplica(item, material),
  })),
  ...fleet.hosts.map((item) => ({
    kind: 'host',
    names: [item.name, item.id],
    value: { ...item, replicas: fleet.replicas.filter((replica) => isOn(replica, item.id)) },
    lines: (material: Material) => describeHost(item, material),
  })),
]

const kinds = ['deployment', 'replica', 'host']

/** `NAME`, or `KIND NAME` where a name alone would be two things. */
const find = (fleet: Fleet, words: readonly string[]): Subject => {
  const [first = '', second] = words
  const kind = second === undefined ? undefined : first.toLowerCase().replace(/s$/, '')
  const name = second ?? first
  if (kind !== undefined && !kinds.includes(kind))
    throw new HostlerError('ARGUMENT_INVALID', `"${first}" cannot be described; expected deployment, replica or host`)
  const candidates = subjectsOf(fleet).filter((subject) => kind === undefined || subject.kind === kind)
  const found = candidates.filter(({ names }) => names.includes(name))
  const [only] = found
  if (only === undefined) {
    const near = didYouMean(
      name,
      candidates.flatMap(({ names }) => names),
    )
    throw new HostlerError(
      'NOT_FOUND',
      `no ${kind ?? 'deployment, replica or host'} is named ${name}; ${near === undefined ? 'see: hostler get deployments, replicas or hosts' : `did you mean ${near}?`}`,
    )
  }
  if (found.length > 1)
    throw new HostlerError(
      'ARGUMENT_INVALID',
      `${name} is ${found.map((subject) => `a ${subject.kind}`).join(' and ')}; say which: hostler describe ${only.kind} ${name}`,
    )
  return only
}

const eventsAbout = async (context: CommandContext, { names }: Subject): Promise<readonly FleetEvent[]> => {
  const events: FleetEvent[] = []
  for await (const event of (await context.link()).events({ follow: false, limit: 1000, subject: '', afterId: 0 }, context.signal)) {
    if (names.some((name) => isAbout(event, name))) events.push(event)
  }
  return events
}

export const describe: RegisterCommand = (program, run) => {
  program
    .command('describe')
    .description('show one deployment, replica or host in full, with its events')
    .argument('<kind-or-name>', 'deployment, replica or host; or the name alone')
    .argument('[name]')
    .addOption(outputOption(['table', 'wide', 'json', 'yaml']))
    .addOption(callTimeoutOption())
    .action(
      run(async (context, first: string, second: string | undefined) => {
        const fleet = await (await context.link()).fleet()
        const subject = find(fleet, second === undefined ? [first] : [first, second])
        const events = await eventsAbout(context, subject)
        const { output } = context
        if (output === 'json' || output === 'yaml') context.print(structured({ kind: subject.kind, ...subject.value, events }, output))
        else context.print(...subject.lines({ fleet, events, table: tableOptions(context) }))
      }),
    )
}
