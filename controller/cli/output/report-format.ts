import { writeFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { Option } from 'commander'
import type { FaultReport } from '../../../shared/diagnosis/report.ts'
import { type Language, languages } from '../../../shared/diagnosis/words/language.ts'
import { HostlerError, messageOf } from '../../../shared/errors/hostler-error.ts'
import type { CommandContext } from '../context.ts'
import type { Paint } from '../terminal/colour.ts'
import { structured } from './structured.ts'

export const reportFormats = ['text', 'json', 'yaml', 'markdown', 'html'] as const
export type ReportFormat = (typeof reportFormats)[number]

export interface ReportOptions {
  readonly output?: ReportFormat
  readonly lang: Language
  readonly file?: string
  readonly full?: boolean
}

export const reportOptions = (): readonly Option[] => [
  new Option('-o, --output <format>', 'how to show the report; default: as the ending of --file says, else text').choices(reportFormats),
  new Option('--lang <language>', 'language of the report').choices(languages).default('en'),
  new Option('--file <file>', 'write the report to this file'),
  new Option('--full', 'text: all evidence and the whole timeline'),
]

const byEnding: Readonly<Record<string, ReportFormat>> = {
  '.html': 'html',
  '.htm': 'html',
  '.md': 'markdown',
  '.json': 'json',
  '.yaml': 'yaml',
  '.yml': 'yaml',
}

export const formatOf = ({ output, file }: ReportOptions): ReportFormat => output ?? byEnding[extname(file ?? '').toLowerCase()] ?? 'text'

const plain: Paint = (_, text) => text

/** The report in the form that was asked for. Renderers are loaded when they are needed. */
const rendered = async (report: FaultReport, options: ReportOptions, width: number | undefined, paint: Paint): Promise<string> => {
  const format = formatOf(options)
  switch (format) {
    case 'json':
    case 'yaml':
      return structured(report, format)
    case 'markdown':
      return (await import('../../report/markdown.ts')).reportMarkdown(report, options.lang)
    case 'html':
      return (await import('../../report/html/page.ts')).reportPage(report, options.lang)
    case 'text': {
      const { reportText } = await import('../../report/text.ts')
      return reportText(report, { language: options.lang, width, paint, full: options.full ?? false }).join('\n')
    }
  }
}

/** Prints the report, or writes it to the file and says so. Throws ARGUMENT_INVALID for a file that cannot be written. */
export const putReport = async (context: CommandContext, report: FaultReport, options: ReportOptions): Promise<void> => {
  const { file } = options
  if (file === undefined) {
    context.print(await rendered(report, options, context.io.columns(), context.paint.stdout))
    return
  }
  const text = await rendered(report, options, undefined, plain)
  try {
    await writeFile(file, `${text}\n`)
  } catch (cause) {
    throw new HostlerError('ARGUMENT_INVALID', `the report ${report.id} could not be written to ${file}: ${messageOf(cause)}`, { cause })
  }
  const { verdictLine } = await import('../../report/text.ts')
  context.print(verdictLine(report, options.lang, context.paint.stdout))
  context.note(`the report is in ${file}`)
}
