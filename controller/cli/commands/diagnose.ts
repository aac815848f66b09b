import { Argument, Option } from 'commander'
import type { FaultReport } from '../../../shared/diagnosis/report.ts'
import { type Subject, subjects } from '../../../shared/diagnosis/subjects.ts'
import type { Verdict } from '../../../shared/diagnosis/verdict.ts'
import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import { pause } from '../../../shared/lifecycle/deadline.ts'
import type { RegisterCommand } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { exitCodes } from '../exit-codes.ts'
import type { DiagnoseQuery } from '../link/diagnosis-link.ts'
import { type Moment, momentValue, unixMsOf } from '../moment.ts'
import { durationValue, rateValue } from '../options.ts'
import { diagnoseProgress } from '../output/diagnose-progress.ts'
import { changeLines } from '../output/report-changes.ts'
import { formatOf, putReport, type ReportOptions, reportOptions } from '../output/report-format.ts'
import { formatMoment } from '../terminal/time.ts'

interface Options extends ReportOptions {
  readonly from?: Moment
  readonly to?: Moment
  readonly watch?: boolean
  readonly interval: number
  readonly rate?: number
  readonly timeout: number
}

const defaultTimeoutMs = 30 * 60_000
const defaultIntervalMs = 60_000

const exitByVerdict: Readonly<Record<Verdict, number>> = {
  PASS: exitCodes.ok.code,
  INFO: exitCodes.ok.code,
  UNKNOWN: exitCodes.notLooked.code,
  WARNING: exitCodes.faultWarning.code,
  CRITICAL: exitCodes.faultCritical.code,
}

/** Undefined when the signal ended it. Throws DEADLINE_EXCEEDED and what the controller says. */
const once = async (context: CommandContext, query: DiagnoseQuery, timeoutMs: number): Promise<FaultReport | undefined> => {
  const link = await context.link()
  const late = AbortSignal.timeout(timeoutMs)
  const progress = diagnoseProgress(context)
  try {
    for await (const message of link.diagnose(query, late)) {
      if (message.kind === 'report') return message.report
      progress.show(message.step)
    }
  } finally {
    progress.end()
  }
  if (context.signal.aborted) return undefined
  throw new HostlerError('DEADLINE_EXCEEDED', `the diagnosis took longer than --timeout allows; its hosts were told to stop`)
}

/** A report whenever something changed, until Ctrl-C. */
const watch = async (context: CommandContext, queryNow: () => DiagnoseQuery, options: Options): Promise<void> => {
  const structuredLines = formatOf(options) === 'json'
  let kept: FaultReport | undefined
  while (!context.signal.aborted) {
    const report = await once(context, { ...queryNow(), unlessLike: kept?.id ?? '' }, options.timeout)
    if (!report) return
    const changes = kept && changeLines(kept, report, options.lang, context.paint.stdout)
    if (structuredLines) context.print(JSON.stringify(report))
    else if (!changes) await putReport(context, report, options)
    else if (changes.length > 0) {
      context.print('', context.paint.stdout('quiet', `${formatMoment(report.atUnixMs)}  ${report.id}`), ...changes)
      if (options.file !== undefined) await putReport(context, report, options)
    }
    // The controller keeps a report only when something changed: from then on it is what the next one is held against.
    if (!changes || changes.length > 0) kept = report
    await pause(options.interval, context.signal)
  }
}

export const diagnose: RegisterCommand = (program, run) => {
  const command = program
    .command('diagnose')
    .description('look for faults, now, and say what they are and what to do')
    .addArgument(new Argument('<subject>', 'what to look at').choices(subjects))
    .argument('[targets...]', 'hosts, GPUs (UUID or host:index), replicas or deployments; none: all hosts')
    .addOption(new Option('--from <time>', 'count what happened since: how long ago, or a time').argParser(momentValue))
    .addOption(new Option('--to <time>', 'and until').argParser(momentValue))
    .addOption(new Option('--rate <mbps>', 'network: most megabits a second to measure with').argParser(rateValue))
    .addOption(new Option('-w, --watch', 'look again and again, and show what changed, until Ctrl-C'))
    .addOption(
      new Option('--interval <duration>', 'with --watch: how long between two looks')
        .argParser(durationValue)
        .default(defaultIntervalMs, '1m'),
    )
    .addOption(new Option('--timeout <duration>', 'how long one look may take').argParser(durationValue).default(defaultTimeoutMs, '30m'))
  for (const option of reportOptions()) command.addOption(option)
  command.action(
    run(async (context, subject: Subject, targets: string[], options: Options) => {
      const queryNow = (): DiagnoseQuery => ({
        subject,
        targets,
        fromUnixMs: unixMsOf(options.from, context.io.now()),
        toUnixMs: unixMsOf(options.to, context.io.now()),
        rateMbps: Math.round(options.rate ?? 0),
        unlessLike: '',
      })
      if (options.watch) {
        await watch(context, queryNow, options)
        return exitCodes.interrupted.code
      }
      const report = await once(context, queryNow(), options.timeout)
      if (!report) return exitCodes.interrupted.code
      await putReport(context, report, options)
      return exitByVerdict[report.verdict]
    }),
  )
}
