import { writeFile } from 'node:fs/promises'
import { Option } from 'commander'
import { HostlerError, messageOf } from '../../../../shared/errors/hostler-error.ts'
import type { AlertRuleDocument } from '../../../domain/alert/rule-schema.ts'
import type { RegisterCommand } from '../../command.ts'
import type { CommandContext } from '../../context.ts'
import { callTimeoutOption } from '../../options.ts'

interface Options {
  readonly filename?: readonly string[]
  readonly file?: string
}

const documentsOf = async (context: CommandContext, files: readonly string[] | undefined): Promise<readonly AlertRuleDocument[]> => {
  if (files === undefined) {
    const { ruleDocuments } = await import('../../alert-documents.ts')
    return ruleDocuments(await (await context.link()).documents())
  }
  const { readFleetFiles, checkFleetSources } = await import('../../fleet-files.ts')
  const sources = await readFleetFiles(files, context.io.stdin, context.paint.stderr)
  checkFleetSources(sources, [], context.paint.stderr)
  return sources.flatMap(({ value }) => (value.kind === 'resource' && value.document.kind === 'AlertRule' ? [value.document] : []))
}

export const exportRules: RegisterCommand = (group, run) => {
  group
    .command('export')
    .description('write the rules as a rule file of Prometheus, built-in ones included')
    .addOption(
      new Option('-f, --filename <file...>', 'the documents of these files instead of those that the controller has; needs no controller'),
    )
    .addOption(new Option('--file <path>', 'write to this file instead of stdout'))
    .addOption(callTimeoutOption())
    .action(
      run(async (context, { filename, file }: Options) => {
        const [{ rulesOf }, { prometheusRules }] = await Promise.all([
          import('../../../domain/alert/rules.ts'),
          import('../../../domain/alert/prometheus.ts'),
        ])
        const { rules } = rulesOf(await documentsOf(context, filename))
        const text = prometheusRules(rules.values())
        if (file === undefined) return context.print(text.trimEnd())
        await writeFile(file, text).catch((cause: unknown) => {
          throw new HostlerError('ARGUMENT_INVALID', `cannot write ${file}: ${messageOf(cause)}`, { cause })
        })
        context.note(`wrote ${file}; check it with: promtool check rules ${file}`)
      }),
    )
}
