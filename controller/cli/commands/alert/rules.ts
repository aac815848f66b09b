import { HostlerError } from '../../../../shared/errors/hostler-error.ts'
import type { RegisterCommand } from '../../command.ts'
import { callTimeoutOption, outputOption } from '../../options.ts'
import { printResult } from '../../output/structured.ts'
import { tableOptions } from '../../output/table-options.ts'
import { renderTable } from '../../terminal/table.ts'
import { receiverColumns, ruleColumns } from '../../view/alerts.ts'

export const rules: RegisterCommand = (group, run) => {
  group
    .command('rules')
    .description('list the rules: built-in ones, changed ones, and your own')
    .argument('[names...]')
    .addOption(outputOption())
    .addOption(callTimeoutOption())
    .action(
      run(async (context, names: string[]) => {
        const { rulesFrom } = await import('../../alert-documents.ts')
        const known = rulesFrom(await (await context.link()).documents())
        const missing = names.filter((name) => !known.has(name))
        if (missing.length > 0)
          throw new HostlerError('NOT_FOUND', `there is no rule ${missing.join(' or ')}; there are: ${[...known.keys()].join(', ')}`)
        const items = [...known.values()].filter(({ name }) => names.length === 0 || names.includes(name))
        if (context.output === 'name') context.print(...items.map(({ name }) => name))
        else printResult(context, { items }, () => renderTable(ruleColumns, items, tableOptions(context)))
      }),
    )
}

export const receivers: RegisterCommand = (group, run) => {
  group
    .command('receivers')
    .description('list who is told of alerts, and how')
    .addOption(outputOption())
    .addOption(callTimeoutOption())
    .action(
      run(async (context) => {
        const { receiversFrom } = await import('../../alert-documents.ts')
        const items = receiversFrom(await (await context.link()).documents())
        if (context.output === 'name') context.print(...items.map(({ name }) => name))
        else printResult(context, { items }, () => (items.length === 0 ? [] : renderTable(receiverColumns, items, tableOptions(context))))
        if (items.length === 0 && (context.output === 'table' || context.output === 'wide'))
          context.note('no receivers: nobody is told of alerts; make one with kind: AlertReceiver and hostler apply -f FILE')
      }),
    )
}
