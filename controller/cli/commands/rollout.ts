import { type Command, InvalidArgumentError, Option } from 'commander'
import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import { fieldChanges } from '../../domain/spec/diff.ts'
import type { RegisterCommand, Run } from '../command.ts'
import type { CommandContext } from '../context.ts'
import type { RolloutAction } from '../link/control-link.ts'
import {
  type ChangeOptions,
  callTimeoutOption,
  countValue,
  ifVersionOption,
  outputOption,
  type WaitOptions,
  waitOptions,
} from '../options.ts'
import { reportApplied } from '../output/applied.ts'
import { fieldChangeLine } from '../output/field-change.ts'
import { revisionColumns } from '../output/revisions.ts'
import { printResult, structured } from '../output/structured.ts'
import { tableOptions } from '../output/table-options.ts'
import { awaitedLine, awaitRollout } from '../progress/conclude.ts'
import { progressBlock } from '../progress/show.ts'
import { renderTable } from '../terminal/table.ts'
import { formatMoment } from '../terminal/time.ts'
import type { RevisionEntry } from '../view/fleet.ts'

const formats = ['table', 'json', 'yaml']

const status = (rollout: Command, run: Run): void => {
  const command = rollout
    .command('status')
    .description('show the rollout of a deployment and wait for its end')
    .argument('<deployment>')
    .addOption(outputOption(formats))
  waitOptions(command, true).action(
    run(async (context, name: string, options: WaitOptions) => {
      const fleet = await (await context.link()).fleet()
      const deployment = fleet.deployments.find((candidate) => candidate.name === name)
      if (deployment === undefined) throw new HostlerError('NOT_FOUND', `no deployment is named ${name}; see: hostler get deployments`)
      const target = { deployment: name, revision: deployment.revision }
      if (options.wait === false) {
        const { output, io, paint } = context
        if (output === 'json' || output === 'yaml') context.print(structured(deployment, output))
        else context.print(...progressBlock([target], fleet, undefined, { width: io.columns(), paint: paint.stdout }))
        return
      }
      const [awaited] = (await awaitRollout(context, [target], options.timeout)) ?? []
      if (awaited !== undefined) printResult(context, awaited, () => [awaitedLine(awaited)])
    }),
  )
}

interface HistoryOptions {
  readonly revision?: number
  readonly diff?: readonly [number, number]
}

/** `2..5` */
const rangeValue = (text: string): readonly [number, number] => {
  const [, from, to] = /^(\d{1,9})\.\.(\d{1,9})$/.exec(text) ?? []
  if (from === undefined || to === undefined) throw new InvalidArgumentError('expected two revisions, such as 2..5')
  return [Number(from), Number(to)]
}

const revisionOf = (name: string, entries: readonly RevisionEntry[], wanted: number): RevisionEntry => {
  const entry = entries.find(({ revision }) => revision === wanted)
  if (entry !== undefined) return entry
  throw new HostlerError(
    'NOT_FOUND',
    `deployment "${name}" has no revision ${wanted}; it has: ${entries.map(({ revision }) => revision).join(', ')}`,
  )
}

const printDiff = (context: CommandContext, before: RevisionEntry, after: RevisionEntry): void => {
  const changes = fieldChanges(before.spec, after.spec)
  const who = ({ revision, author, createdUnixMs }: RevisionEntry) => `revision ${revision} (${author}, ${formatMoment(createdUnixMs)})`
  printResult(context, { from: before.revision, to: after.revision, changes }, () => [
    `from ${who(before)} to ${who(after)}:`,
    ...(changes.length === 0 ? ['  nothing differs'] : changes.map((change) => `  ${fieldChangeLine(change)}`)),
  ])
}

const history = (rollout: Command, run: Run): void => {
  rollout
    .command('history')
    .description('list the revisions of a deployment, the newest last; show one in full, or what differs between two')
    .argument('<deployment>')
    .addOption(new Option('--revision <n>', 'the whole document of one revision').argParser(countValue(1)))
    .addOption(
      new Option('--diff <from..to>', 'what differs between two revisions, such as 2..5').argParser(rangeValue).conflicts('revision'),
    )
    .addOption(outputOption([...formats, 'wide']))
    .addOption(callTimeoutOption())
    .action(
      run(async (context, name: string, { revision, diff }: HistoryOptions) => {
        const items = await (await context.link()).history(name)
        if (diff !== undefined) printDiff(context, revisionOf(name, items, diff[0]), revisionOf(name, items, diff[1]))
        else if (revision !== undefined) {
          const entry = revisionOf(name, items, revision)
          printResult(context, entry, () => structured(entry.spec, 'yaml').split('\n'))
        } else printResult(context, { items }, () => renderTable(revisionColumns(context.io.now()), items, tableOptions(context)))
      }),
    )
}

const done: Readonly<Record<RolloutAction, string>> = {
  undo: 'goes back',
  pause: 'is paused',
  resume: 'goes on',
  promote: 'is promoted',
  abort: 'gives its canary up',
}

const action = (rollout: Command, run: Run, name: RolloutAction, description: string): void => {
  const command = rollout
    .command(name)
    .description(description)
    .argument('<deployment>')
    .addOption(outputOption([...formats, 'name']))
  if (name === 'undo')
    command.addOption(new Option('--to <revision>', 'the revision to go back to; default: the one before').argParser(countValue(1)))
  command.addOption(ifVersionOption())
  if (name === 'pause') command.addOption(callTimeoutOption())
  else waitOptions(command, false)
  command.action(
    run(async (context, deployment: string, options: WaitOptions & ChangeOptions & { readonly to?: number }) => {
      const applied = await (await context.link()).rollout(deployment, name, {
        ...(options.to === undefined ? {} : { revision: options.to }),
        ...(options.ifVersion === undefined ? {} : { ifVersion: options.ifVersion }),
      })
      const verb = applied.changed ? done[name] : `needs no ${name}`
      await reportApplied(context, [applied], () => verb, { wait: options.wait ?? false, timeoutMs: options.timeout })
    }),
  )
}

export const rollout: RegisterCommand = (program, run) => {
  const group = program
    .command('rollout')
    .helpCommand(false)
    .description('watch, undo, pause, resume, promote or abort the rollout of a deployment')
  status(group, run)
  history(group, run)
  action(group, run, 'undo', 'go back to an earlier revision')
  action(group, run, 'pause', 'hold a rollout where it is')
  action(group, run, 'resume', 'let a paused rollout go on')
  action(group, run, 'promote', 'let a canary go on to all replicas')
  action(group, run, 'abort', 'give a canary up and go back to the stable revision')
}
