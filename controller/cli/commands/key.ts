import { Option } from 'commander'
import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import { priorityClasses } from '../../domain/spec/blocks.ts'
import type { RegisterCommand } from '../command.ts'
import { callTimeoutOption, countValue, durationValue, listValue, outputOption, rateValue } from '../options.ts'
import { printResult } from '../output/structured.ts'
import { tableOptions } from '../output/table-options.ts'
import { keyColumns } from '../output/tokens.ts'
import { renderTable } from '../terminal/table.ts'

interface CreateOptions {
  readonly models?: readonly string[]
  readonly rate?: number
  readonly burst?: number
  readonly tokensPerMinute?: number
  readonly priority: keyof typeof priorityClasses
  readonly ttl?: number
}

export const key: RegisterCommand = (program, run) => {
  const group = program.command('key').helpCommand(false).description('create, list or revoke the API keys that clients of the gateway use')
  group
    .command('create')
    .description('create an API key; it is printed once and stored only as a hash')
    .argument('<tenant>', 'whose key it is, such as a team')
    .addOption(new Option('--models <names>', 'only these models, with commas; default: all').argParser(listValue))
    .addOption(new Option('--rate <n>', 'requests a second; default: no limit').argParser(rateValue))
    .addOption(new Option('--burst <n>', 'requests at once; default: twice the rate').argParser(countValue(1)))
    .addOption(new Option('--tokens-per-minute <n>', 'LLM tokens of prompts and answers; default: no limit').argParser(countValue(1)))
    .addOption(
      new Option('--priority <class>', 'of its requests where they have to wait').choices(Object.keys(priorityClasses)).default('normal'),
    )
    .addOption(new Option('--ttl <duration>', 'how long it is valid; default: for ever').argParser(durationValue))
    .addOption(outputOption(['table', 'json', 'yaml']))
    .addOption(callTimeoutOption())
    .action(
      run(async (context, tenant: string, { models = [], rate, burst, tokensPerMinute, priority, ttl = 0 }: CreateOptions) => {
        if (burst !== undefined && rate === undefined)
          throw new HostlerError('ARGUMENT_INVALID', '--burst says nothing without --rate; give both')
        const created = await (await context.link()).createKey({
          tenant,
          models,
          requestsPerSecond: rate ?? 0,
          burst: rate === undefined ? 0 : (burst ?? Math.max(1, Math.ceil(rate * 2))),
          tokensPerMinute: tokensPerMinute ?? 0,
          priority: priorityClasses[priority],
          ttlMs: ttl,
        })
        if (context.output === 'table')
          context.note(`Key ${created.id} of ${tenant}. It cannot be shown again; clients send it as: Authorization: Bearer KEY`)
        printResult(context, created, () => [created.key])
      }),
    )
  group
    .command('list')
    .description('list the API keys, without their secrets')
    .addOption(outputOption())
    .addOption(callTimeoutOption())
    .action(
      run(async (context) => {
        const items = await (await context.link()).keys()
        if (context.output === 'name') context.print(...items.map(({ id }) => id))
        else printResult(context, { items }, () => renderTable(keyColumns(context.io.now()), items, tableOptions(context)))
        if (items.length === 0 && context.output === 'table') context.note('no API keys; create one with: hostler key create TENANT')
      }),
    )
  group
    .command('revoke')
    .description('make API keys useless at once, on every gateway')
    .argument('<ids...>')
    .addOption(callTimeoutOption())
    .action(
      run(async (context, ids: string[]) => {
        const link = await context.link()
        for (const id of ids) {
          await link.revokeKey(id)
          context.print(`key ${id} is revoked`)
        }
      }),
    )
}
