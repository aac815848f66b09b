import { Option } from 'commander'
import type { RegisterCommand } from '../../command.ts'
import type { ControlLink } from '../../link/control-link.ts'
import { callTimeoutOption, durationValue, outputOption } from '../../options.ts'
import { printResult } from '../../output/structured.ts'
import { tableOptions } from '../../output/table-options.ts'
import { renderTable } from '../../terminal/table.ts'
import { formatMoment } from '../../terminal/time.ts'
import { silenceColumns } from '../../view/alerts.ts'
import { findAlert } from './show.ts'

/** The matchers as given; an alert's id stands for the matchers that fit it alone. */
const matchersOf = async (link: ControlLink, words: readonly string[]): Promise<readonly string[]> => {
  const [only, another] = words
  if (only === undefined || another !== undefined || only.includes('=')) return words
  const { rule, labels } = await findAlert(link, only)
  return [`alertname=${rule}`, ...Object.entries(labels).map(([name, value]) => `${name}=${value}`)]
}

export const silence: RegisterCommand = (group, run) => {
  group
    .command('silence')
    .description('do not tell anyone of alerts for a while; the end of what was told before is told all the same')
    .argument(
      '<matchers...>',
      'labels of the alerts, all of which have to fit, such as host=gpu-0* or alertname!=host-lost; or the id of one alert',
    )
    .addOption(new Option('--for <duration>', 'how long').argParser(durationValue).makeOptionMandatory())
    .addOption(new Option('--comment <text>', 'why, for others').default(''))
    .addOption(outputOption(['table', 'json', 'yaml', 'name']))
    .addOption(callTimeoutOption())
    .action(
      run(async (context, words: string[], options: { readonly for: number; readonly comment: string }) => {
        const link = await context.link()
        const made = await link.silence(await matchersOf(link, words), options.for, options.comment)
        if (context.output === 'name') return context.print(made.id)
        printResult(context, made, () => [
          `silence ${made.id} until ${formatMoment(made.endsUnixMs)}: ${made.matchers.join(' ')}`,
          made.alerts === 1 ? 'it covers 1 alert that fires now' : `it covers ${made.alerts} alerts that fire now`,
        ])
      }),
    )
}

export const unsilence: RegisterCommand = (group, run) => {
  group
    .command('unsilence')
    .description('end silences now')
    .argument('<ids...>')
    .addOption(callTimeoutOption())
    .action(
      run(async (context, ids: string[]) => {
        const link = await context.link()
        for (const id of ids) {
          await link.unsilence(id)
          context.print(`silence ${id} is over`)
        }
      }),
    )
}

export const silences: RegisterCommand = (group, run) => {
  group
    .command('silences')
    .description('list silences, also those that ended of late')
    .addOption(outputOption())
    .addOption(callTimeoutOption())
    .action(
      run(async (context) => {
        const found = await (await context.link()).silences()
        const items = found.toSorted((a, b) => b.endsUnixMs - a.endsUnixMs)
        if (context.output === 'name') context.print(...items.map(({ id }) => id))
        else
          printResult(context, { items }, () =>
            items.length === 0 ? [] : renderTable(silenceColumns(context.io.now()), items, tableOptions(context)),
          )
        if (items.length === 0 && (context.output === 'table' || context.output === 'wide')) context.note('no silences')
      }),
    )
}
