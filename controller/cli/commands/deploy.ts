import { Option } from 'commander'
import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import type { RegisterCommand } from '../command.ts'
import type { Applied } from '../link/control-link.ts'
import { type ChangeOptions, ifVersionOption, outputOption, type WaitOptions, waitOptions } from '../options.ts'
import { reportApplied } from '../output/applied.ts'

interface Options extends WaitOptions, ChangeOptions {
  readonly filename: readonly string[]
  readonly dryRun?: boolean
}

const verb = ({ created, changed }: Applied): string => (created ? 'created' : changed ? 'changed' : 'unchanged')

export const deploy: RegisterCommand = (program, run) => {
  const command = program
    .command('deploy')
    .description('create or change deployments from files, and wait until they are ready')
    .addOption(
      new Option('-f, --filename <file...>', 'YAML or JSON, one or several deployments; - for standard input').makeOptionMandatory(),
    )
    .addOption(new Option('--dry-run', 'check everything, change nothing'))
    .addOption(ifVersionOption())
    .addOption(outputOption(['table', 'json', 'yaml', 'name']))
  waitOptions(command, true).action(
    run(async (context, options: Options) => {
      // Loaded late, as no other command needs the schema.
      const [{ readSpecFiles }, { documentOf }] = await Promise.all([import('../spec-files.ts'), import('../../domain/spec/document.ts')])
      const sources = await readSpecFiles(options.filename, context.io.stdin, context.paint.stderr)
      const { dryRun = false, ifVersion } = options
      if (ifVersion !== undefined && sources.length > 1)
        throw new HostlerError(
          'ARGUMENT_INVALID',
          `--if-version is for one deployment, the files have ${sources.length}; deploy them one by one`,
        )
      const link = await context.link()
      const applyAll = async (onlyCheck: boolean): Promise<Applied[]> => {
        const applied: Applied[] = []
        for (const { spec, file } of sources) applied.push(await link.apply(JSON.stringify(documentOf(spec)), file, onlyCheck, ifVersion))
        return applied
      }
      // The controller sees all of several deployments before it changes the first.
      const checked = dryRun || sources.length > 1 ? await applyAll(true) : []
      const applied = dryRun ? checked : await applyAll(false)
      await reportApplied(context, applied, (each) => (dryRun ? `would be ${verb(each)}` : verb(each)), {
        wait: (options.wait ?? true) && !dryRun,
        timeoutMs: options.timeout,
      })
    }),
  )
}
