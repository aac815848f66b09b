import { Option } from 'commander'
import type { RegisterCommand } from '../command.ts'
import { type Moment, momentValue, unixMsOf } from '../moment.ts'
import { callTimeoutOption, countValue, outputOption } from '../options.ts'
import { listEvents } from '../output/list-events.ts'

interface Options {
  readonly follow?: boolean
  readonly subject?: string
  readonly since?: Moment
  readonly level?: EventLevel
  readonly limit: number
}

const levels = ['info', 'warning', 'error'] as const
type EventLevel = (typeof levels)[number]

export const events: RegisterCommand = (program, run) => {
  program
    .command('events')
    .description('show what happened, the newest last, and with --follow what happens')
    .argument('[names...]', 'only about these deployments, replicas or hosts')
    .addOption(new Option('-f, --follow', 'go on until Ctrl-C'))
    .addOption(new Option('--subject <kind/name>', 'only about this, such as host/gpu-1, and nothing of a like name'))
    .addOption(new Option('--since <moment>', 'none older: how long ago, such as 2h, or a time').argParser(momentValue))
    .addOption(new Option('--level <level>', 'only of this level and worse').choices(levels))
    .addOption(new Option('--limit <n>', 'at most this many, the newest').argParser(countValue(1)).default(50))
    .addOption(outputOption())
    .addOption(callTimeoutOption())
    .action(
      run((context, names: string[], { follow = false, subject, since, level = 'info', limit }: Options) =>
        listEvents(context, {
          names: [...names, ...(subject === undefined ? [] : [subject])],
          limit,
          follow,
          sinceUnixMs: unixMsOf(since, context.io.now()),
          levels: level === 'info' ? [] : levels.slice(levels.indexOf(level)),
        }),
      ),
    )
}
