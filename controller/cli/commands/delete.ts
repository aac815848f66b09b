import { Option } from 'commander'
import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import { within } from '../../../shared/lifecycle/deadline.ts'
import { formatDuration } from '../../../shared/units/duration.ts'
import type { RegisterCommand } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { reconnecting } from '../link/reconnect.ts'
import { type ChangeOptions, ifVersionOption, outputOption, type WaitOptions, waitOptions } from '../options.ts'
import { printResult } from '../output/structured.ts'
import { confirm } from '../terminal/confirm.ts'

interface Options extends WaitOptions, ChangeOptions {
  readonly yes?: boolean
}

/** `group/gpus`, `profile/mine`, `rule/mine` and `receiver/ops`; any other word is the name of a deployment. */
const documentKinds: Readonly<Record<string, { readonly kind: string; readonly word: string }>> = {
  group: { kind: 'HostGroup', word: 'group' },
  profile: { kind: 'TuningProfile', word: 'profile' },
  rule: { kind: 'AlertRule', word: 'rule' },
  receiver: { kind: 'AlertReceiver', word: 'receiver' },
}

interface Target {
  /** Of a document; absent for a deployment. */
  readonly document?: { readonly kind: string; readonly word: string } | undefined
  readonly name: string
}

const targetOf = (text: string): Target => {
  const slash = text.indexOf('/')
  if (slash < 0) return { name: text }
  const [word, name] = [text.slice(0, slash), text.slice(slash + 1)]
  if (word === 'deployment') return { name }
  const document = documentKinds[word]
  if (document !== undefined) return { document, name }
  throw new HostlerError(
    'ARGUMENT_INVALID',
    `"${text}" cannot be deleted; expected a deployment, ${Object.keys(documentKinds)
      .map((kind) => `${kind}/NAME`)
      .join(', ')}`,
  )
}

/** A deployment that does not exist is told before anything is asked or deleted. */
const checkNames = async (context: CommandContext, names: readonly string[]): Promise<string> => {
  if (names.length === 0) return ''
  const { deployments } = await (await context.link()).fleet(['deployments'])
  const missing = names.filter((name) => !deployments.some((deployment) => deployment.name === name))
  if (missing.length > 0)
    throw new HostlerError('NOT_FOUND', `no deployment is named ${missing.join(' or ')}; nothing was deleted. See: hostler get deployments`)
  return deployments
    .filter(({ name }) => names.includes(name))
    .map(({ name, replicasReady }) => `${name} (${replicasReady} ready)`)
    .join(', ')
}

/** What is asked about documents: a group says how many hosts it has, since they may lose their profile by it. */
const describedDocuments = async (context: CommandContext, documents: readonly { readonly word: string; readonly name: string }[]) => {
  const { hosts } = documents.some(({ word }) => word === 'group') ? await (await context.link()).fleet(['hosts']) : { hosts: [] }
  return documents.map(({ word, name }) => {
    const members = hosts.filter(({ groups }) => groups.includes(name)).length
    return `${word} ${name}${word === 'group' ? ` (${members} host${members === 1 ? '' : 's'})` : ''}`
  })
}

/** Until none of the names is left in the fleet. */
const untilGone = async (context: CommandContext, names: readonly string[], timeoutMs: number): Promise<void> => {
  const link = await context.link()
  const signal = within(timeoutMs, context.signal)
  const views = reconnecting(() => link.watchFleet(['deployments', 'replicas'], signal), {
    signal,
    onLost: () => context.note('note: the connection to the controller is lost; trying again'),
    onBack: () => {},
  })
  let told = ''
  for await (const { deployments, replicas } of views) {
    const left = deployments
      .filter(({ name }) => names.includes(name))
      .map(({ name }) => `${name}: ${replicas.filter(({ deployment }) => deployment === name).length} replicas left`)
    if (left.length === 0) return
    if (told !== left.join('; ')) context.note(left.join('; '))
    told = left.join('; ')
  }
  if (!context.signal.aborted)
    throw new HostlerError(
      'DEADLINE_EXCEEDED',
      `not everything is gone after ${formatDuration(timeoutMs)}; it goes on: hostler get replicas`,
    )
}

export const deleteCommand: RegisterCommand = (program, run) => {
  const command = program
    .command('delete')
    .description('delete deployments, host groups, tuning profiles, alert rules and receivers; requests in flight are finished first')
    .argument('<names...>', 'names of deployments, group/NAME, profile/NAME')
    .addOption(new Option('-y, --yes', 'do not ask'))
    .addOption(ifVersionOption())
    .addOption(outputOption(['table', 'json', 'yaml']))
  waitOptions(command, false).action(
    run(async (context, words: string[], options: Options) => {
      const { io, signal } = context
      const targets = [...new Set(words)].map(targetOf)
      const names = targets.filter(({ document }) => document === undefined).map(({ name }) => name)
      if (options.ifVersion !== undefined && (targets.length > 1 || names.length === 0))
        throw new HostlerError('ARGUMENT_INVALID', '--if-version is for one deployment; delete them one by one')
      // Groups first: they may be what still uses a profile.
      const documents = targets
        .toSorted((a, b) => (a.document?.kind ?? '').localeCompare(b.document?.kind ?? ''))
        .flatMap(({ document, name }) => (document === undefined ? [] : [{ ...document, name }]))
      const described = [await checkNames(context, names), ...(await describedDocuments(context, documents))].filter(Boolean).join(', ')
      const asks = io.isTTY.stdin && io.isTTY.stderr && !options.yes
      if (asks && !(await confirm(io, `Delete ${described}?`, signal))) throw new HostlerError('CONFLICT', 'nothing was deleted')
      const link = await context.link()
      const items: { readonly name: string; readonly replicas: number }[] = []
      for (const { kind, name } of documents) await link.deleteResource(kind, name)
      for (const name of names) items.push({ name, replicas: (await link.delete(name, options.ifVersion)).replicas })
      if (options.wait && names.length > 0) await untilGone(context, names, options.timeout)
      if (signal.aborted) return
      printResult(context, { items: [...documents.map(({ kind, name }) => ({ kind, name })), ...items] }, () => [
        ...documents.map(({ word, name }) => `${word} ${name} is deleted`),
        ...items.map(
          ({ name, replicas }) =>
            `deployment ${name} ${options.wait ? 'is deleted' : `is being deleted: ${replicas} replicas finish their requests`}`,
        ),
      ])
    }),
  )
}
