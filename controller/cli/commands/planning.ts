import { Option } from 'commander'
import type { RegisterCommand } from '../command.ts'
import { callTimeoutOption, outputOption } from '../options.ts'
import { planExitCode, planLines } from '../output/planned.ts'
import { printResult } from '../output/structured.ts'
import { tableOptions } from '../output/table-options.ts'

export const plan: RegisterCommand = (program, run) => {
  program
    .command('plan')
    .description('show what deploying files would do, where every replica would go and what would not fit, and do nothing')
    .addOption(
      new Option('-f, --filename <file...>', 'YAML or JSON, one or several deployments; - for standard input').makeOptionMandatory(),
    )
    .addOption(outputOption(['table', 'wide', 'json', 'yaml']))
    .addOption(callTimeoutOption())
    .action(
      run(async (context, { filename }: { readonly filename: readonly string[] }) => {
        // Loaded late, as no other command needs the schema.
        const [{ readSpecFiles }, { documentOf }] = await Promise.all([import('../spec-files.ts'), import('../../domain/spec/document.ts')])
        const sources = await readSpecFiles(filename, context.io.stdin, context.paint.stderr)
        const specs = sources.map(({ spec }) => JSON.stringify(documentOf(spec)))
        const planned = await (await context.link()).plan(specs, sources[0]?.file ?? '')
        printResult(context, planned, () => planLines(planned, tableOptions(context)))
        return planExitCode(planned)
      }),
    )
}
