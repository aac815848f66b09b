import { Option } from 'commander'
import { type Language, languages } from '../../../../shared/diagnosis/words/language.ts'
import { HostlerError } from '../../../../shared/errors/hostler-error.ts'
import type { RegisterCommand } from '../../command.ts'
import type { ControlLink } from '../../link/control-link.ts'
import { callTimeoutOption, outputOption } from '../../options.ts'
import { printResult } from '../../output/structured.ts'
import { formatMoment } from '../../terminal/time.ts'
import { type AlertEntry, labelsText, noteOf } from '../../view/alerts.ts'

const searched = 1_000

/** One alert by its id, or by the beginning of it. Throws NOT_FOUND; ARGUMENT_INVALID when several begin so. */
export const findAlert = async (link: ControlLink, id: string): Promise<AlertEntry> => {
  const all = await link.alerts(searched)
  const found = all.filter((alert) => alert.id.startsWith(id))
  const [first] = found
  if (first === undefined) throw new HostlerError('NOT_FOUND', `there is no alert "${id}"; see: hostler alert list --all`)
  // One that is in force comes before those of its past.
  if (found.every((alert) => alert.id === first.id)) return first
  throw new HostlerError(
    'ARGUMENT_INVALID',
    `several alerts begin with "${id}": ${[...new Set(found.map((alert) => alert.id))].join(', ')}`,
  )
}

const lines = (alert: AlertEntry, language: Language): readonly string[] => {
  const { summary, description, remedy } = alert[language]
  const note = noteOf(alert)
  const rows: readonly (readonly [string, string])[] = [
    ['Alert', alert.id],
    ['Rule', alert.rule],
    ['State', `${alert.state}, ${alert.severity}`],
    ['Labels', labelsText(alert.labels)],
    ['Value', `${alert.valueText}${alert.thresholdText === '' ? '' : ` (the rule holds ${alert.thresholdText})`}`],
    ['Since', formatMoment(alert.sinceUnixMs)],
    ['Fired', alert.firedUnixMs === 0 ? '' : formatMoment(alert.firedUnixMs)],
    ['Over', alert.resolvedUnixMs === 0 ? '' : formatMoment(alert.resolvedUnixMs)],
    ['Told', alert.told.join(', ')],
    ['Note', note],
    ['What', description],
    ['Remedy', remedy],
    ['Runbook', alert.runbook],
  ]
  return [summary, '', ...rows.filter(([, text]) => text !== '').map(([name, text]) => `${`${name}:`.padEnd(10)}${text}`)]
}

export const show: RegisterCommand = (group, run) => {
  group
    .command('show')
    .description('show one alert: what it means and what to do')
    .argument('<id>', 'its id, or the beginning of it')
    .addOption(new Option('--lang <language>', 'language of the texts').choices(languages).default('en'))
    .addOption(outputOption(['table', 'json', 'yaml']))
    .addOption(callTimeoutOption())
    .action(
      run(async (context, id: string, { lang }: { readonly lang: Language }) => {
        const alert = await findAlert(await context.link(), id)
        printResult(context, alert, () => lines(alert, lang))
      }),
    )
}
