import { type Command, Option } from 'commander'
import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import type { RegisterCommand, Run } from '../command.ts'
import type { RolloutAction } from '../link/control-link.ts'
import { callTimeoutOption, countValue, outputOption, type WaitOptions, waitOptions } from '../options.ts'
import { reportApplied } from '../output/applied.ts'
import { revisionColumns } from '../output/revisions.ts'
import { printResult, structured } from '../output/structured.ts'
import { tableOptions } from '../output/table-options.ts'
import { awaitedLine, awaitRollout } from '../progress/conclude.ts'
import { progressBlock } from '../progress/show.ts'
import { renderTable } from '../terminal/table.ts'

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

const history = (rollout: Command, run: Run): void => {
  rollout
    .command('history')
    .description('list the revisions of a deployment, the newest last')
    .argument('<deployment>')
    .addOption(outputOption([...formats, 'wide']))
    .addOption(callTimeoutOption())
    .action(
      run(async (context, name: string) => {
        const items = await (await context.link()).history(name)
        printResult(context, { items }, () => renderTable(revisionColumns(context.io.now()), items, tableOptions(context)))
      }),
    )
}

const done: Readonly<Record<RolloutAction, string>> = { undo: 'goes back', pause: 'is paused', resume: 'goes on' }

const action = (rollout: Command, run: Run, name: RolloutAction, description: string): void => {
  const command = rollout
    .command(name)
    .description(description)
    .argument('<deployment>')
    .addOption(outputOption([...formats, 'name']))
  if (name === 'undo')
    command.addOption(new Option('--to <revision>', 'the revision to go back to; default: the one before').argParser(countValue(1)))
  if (name === 'pause') command.addOption(callTimeoutOption())
  else waitOptions(command, false)
  command.action(
    run(async (context, deployment: string, options: WaitOptions & { readonly to?: number }) => {
      const applied = await (await context.link()).rollout(deployment, name, options.to)
      const verb = applied.changed ? done[name] : `needs no ${name}`
      await reportApplied(context, [applied], () => verb, { wait: options.wait ?? false, timeoutMs: options.timeout })
    }),
  )
}

export const rollout: RegisterCommand = (program, run) => {
  const group = program.command('rollout').helpCommand(false).description('watch, undo, pause or resume the rollout of a deployment')
  status(group, run)
  history(group, run)
  action(group, run, 'undo', 'go back to an earlier revision')
  action(group, run, 'pause', 'hold a rollout where it is')
  action(group, run, 'resume', 'let a paused rollout go on')
}
