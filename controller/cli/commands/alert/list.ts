import { Option } from 'commander'
import { HostlerError } from '../../../../shared/errors/hostler-error.ts'
import { matches, parseMatcher } from '../../../domain/alert/labels.ts'
import { type Severity, severities } from '../../../domain/alert/severity.ts'
import type { RegisterCommand } from '../../command.ts'
import { exitCodes } from '../../exit-codes.ts'
import { callTimeoutOption, countValue, outputOption } from '../../options.ts'
import { printResult } from '../../output/structured.ts'
import { tableOptions } from '../../output/table-options.ts'
import { renderTable } from '../../terminal/table.ts'
import { type AlertEntry, alertColumns, inOrder } from '../../view/alerts.ts'

interface Options {
  readonly all?: boolean
  readonly severity?: Severity
  readonly limit: number
  readonly check?: boolean
}

const filterOf = (words: readonly string[], severity: Severity | undefined): ((alert: AlertEntry) => boolean) => {
  const matchers = words.map((word) => {
    const matcher = parseMatcher(word)
    if (matcher) return matcher
    throw new HostlerError('ARGUMENT_INVALID', `"${word}" is no matcher; expected LABEL=VALUE or LABEL!=VALUE, such as host=gpu-0*`)
  })
  return (alert) =>
    (severity === undefined || alert.severity === severity) &&
    matches({ ...alert.labels, alertname: alert.rule, severity: alert.severity }, matchers)
}

/** 10 and 11 as of a diagnosis: the worst that fires and is neither silenced nor explained. */
const checkCode = (alerts: readonly AlertEntry[]): number => {
  const loud = alerts.filter(({ state, silencedBy, inhibitedBy }) => state === 'firing' && silencedBy.length + inhibitedBy.length === 0)
  if (loud.some(({ severity }) => severity === 'critical')) return exitCodes.faultCritical.code
  return loud.some(({ severity }) => severity === 'warning') ? exitCodes.faultWarning.code : exitCodes.ok.code
}

export const list: RegisterCommand = (group, run) => {
  group
    .command('list')
    .description('list alerts that fire or are pending, the worst first')
    .argument('[matchers...]', 'only those whose labels fit, such as deployment=ds7b or alertname=gpu-*')
    .addOption(new Option('--all', 'also those that are over'))
    .addOption(new Option('--severity <severity>', 'only of this severity').choices(severities))
    .addOption(new Option('--limit <n>', 'with --all: at most this many that are over').argParser(countValue(1)).default(50))
    .addOption(new Option('--check', 'end with 11 while a critical alert fires, with 10 while a warning does'))
    .addOption(outputOption())
    .addOption(callTimeoutOption())
    .action(
      run(async (context, words: string[], { all, severity, limit, check }: Options) => {
        const isWanted = filterOf(words, severity)
        const found = await (await context.link()).alerts(all ? limit : 0)
        const items = inOrder(found.filter(isWanted))
        if (context.output === 'name') context.print(...items.map(({ id }) => id))
        else
          printResult(context, { items }, () =>
            items.length === 0 ? [] : renderTable(alertColumns(context.io.now()), items, tableOptions(context)),
          )
        if (items.length === 0 && (context.output === 'table' || context.output === 'wide')) context.note('no alerts')
        return check ? checkCode(items) : exitCodes.ok.code
      }),
    )
}
