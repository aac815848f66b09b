import { Option } from 'commander'
import type { RegisterCommand } from '../../command.ts'
import { callTimeoutOption, countValue, outputOption } from '../../options.ts'
import { printResult } from '../../output/structured.ts'
import { tableOptions } from '../../output/table-options.ts'
import { renderTable } from '../../terminal/table.ts'
import { noticeColumns } from '../../view/alerts.ts'

export const test: RegisterCommand = (group, run) => {
  group
    .command('test')
    .description('send a test to a receiver and say how that went')
    .argument('<receiver>')
    .addOption(outputOption(['table', 'json', 'yaml']))
    .addOption(callTimeoutOption())
    .action(
      run(async (context, receiver: string) => {
        const detail = await (await context.link()).testReceiver(receiver)
        printResult(context, { receiver, sent: true, detail }, () => [`${receiver} was told: ${detail}`])
      }),
    )
}

export const notices: RegisterCommand = (group, run) => {
  group
    .command('notices')
    .description('list what receivers were told, or are still to be told, newest first')
    .addOption(new Option('--limit <n>', 'at most this many that were sent').argParser(countValue(1)).default(50))
    .addOption(outputOption())
    .addOption(callTimeoutOption())
    .action(
      run(async (context, { limit }: { readonly limit: number }) => {
        const items = await (await context.link()).notices(limit)
        if (context.output === 'name') context.print(...items.map(({ id }) => id))
        else
          printResult(context, { items }, () =>
            items.length === 0 ? [] : renderTable(noticeColumns(context.io.now()), items, tableOptions(context)),
          )
        if (items.length === 0 && (context.output === 'table' || context.output === 'wide')) context.note('no notices')
      }),
    )
}
