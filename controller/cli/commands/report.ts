import { Option } from 'commander'
import { type Subject, subjects } from '../../../shared/diagnosis/subjects.ts'
import { type Language, languages } from '../../../shared/diagnosis/words/language.ts'
import type { RegisterCommand } from '../command.ts'
import { callTimeoutOption, countValue, durationValue, outputOption } from '../options.ts'
import { putReport, type ReportOptions, reportOptions } from '../output/report-format.ts'
import { reportColumns } from '../output/report-list.ts'
import { printResult } from '../output/structured.ts'
import { tableOptions } from '../output/table-options.ts'
import { renderTable } from '../terminal/table.ts'

interface ListOptions {
  readonly subject?: Subject
  readonly host?: string
  readonly limit: number
  readonly lang: Language
}

export const report: RegisterCommand = (program, run) => {
  const group = program.command('report').helpCommand(false).description('list, show, export or remove the reports of diagnoses')
  group
    .command('list')
    .description('list the reports, newest first')
    .addOption(new Option('--subject <subject>', 'only of this').choices(subjects))
    .addOption(new Option('--host <name>', 'only about this host'))
    .addOption(new Option('--limit <n>', 'at most this many').argParser(countValue(1)).default(50))
    .addOption(new Option('--lang <language>', 'language of the headlines').choices(languages).default('en'))
    .addOption(outputOption())
    .addOption(callTimeoutOption())
    .action(
      run(async (context, { subject, host = '', limit, lang }: ListOptions) => {
        const items = await (await context.link()).reports({ subject: subject ?? '', host, limit })
        if (context.output === 'name') context.print(...items.map(({ id }) => id))
        else printResult(context, { items }, () => renderTable(reportColumns(context.io.now(), lang), items, tableOptions(context)))
        if (items.length === 0 && (context.output === 'table' || context.output === 'wide'))
          context.note('no reports; make one with: hostler diagnose host')
      }),
    )
  const show = group.command('show').description('show one report').argument('[id]', 'its id, or latest', 'latest')
  for (const option of reportOptions()) show.addOption(option)
  show.addOption(callTimeoutOption()).action(
    run(async (context, id: string, options: ReportOptions) => {
      await putReport(context, await (await context.link()).report(id), options)
    }),
  )
  const exported = group
    .command('export')
    .description('one report to hand on: identities are shortened or left out')
    .argument('[id]', 'its id, or latest', 'latest')
    .addOption(new Option('--with-identities', 'keep serial numbers, GPU UUIDs and MAC addresses as they are'))
  for (const option of reportOptions()) exported.addOption(option)
  exported.addOption(callTimeoutOption()).action(
    run(async (context, id: string, options: ReportOptions & { readonly withIdentities?: boolean }) => {
      const found = await (await context.link()).report(id)
      if (options.withIdentities) return putReport(context, found, options)
      const { withoutIdentities } = await import('../../report/identities.ts')
      await putReport(context, withoutIdentities(found), options)
      context.note('serial numbers, GPU UUIDs and MAC addresses are shortened or left out; --with-identities keeps them')
    }),
  )
  group
    .command('delete')
    .description('remove reports')
    .argument('<ids...>')
    .addOption(callTimeoutOption())
    .action(
      run(async (context, ids: string[]) => {
        const removed = await (await context.link()).pruneReports({ ids, olderThanUnixMs: 0 })
        context.print(removed === 1 ? '1 report is removed' : `${removed} reports are removed`)
      }),
    )
  group
    .command('prune')
    .description('remove old reports; the controller also does so by itself')
    .addOption(new Option('--older-than <duration>', 'those made longer ago').argParser(durationValue).makeOptionMandatory())
    .addOption(callTimeoutOption())
    .action(
      run(async (context, { olderThan }: { readonly olderThan: number }) => {
        const removed = await (await context.link()).pruneReports({ ids: [], olderThanUnixMs: context.io.now() - olderThan })
        context.print(removed === 1 ? '1 report is removed' : `${removed} reports are removed`)
      }),
    )
}
