import { Option } from 'commander'
import type { RegisterCommand } from '../command.ts'
import type { FleetSource } from '../fleet-files.ts'
import type { Applied, ControlLink } from '../link/control-link.ts'
import { outputOption, type WaitOptions, waitOptions } from '../options.ts'
import { reportDocuments } from '../output/applied-documents.ts'
import type { AppliedResource } from '../view/tuning.ts'

interface Options extends WaitOptions {
  readonly filename: readonly string[]
  readonly dryRun?: boolean
}

const applyAll = async (
  link: ControlLink,
  sources: readonly FleetSource[],
  dryRun: boolean,
): Promise<{ readonly resources: readonly AppliedResource[]; readonly deployments: readonly Applied[] }> => {
  const { documentOf } = await import('../../domain/spec/document.ts')
  const written = sources.flatMap(({ value }) => (value.kind === 'resource' ? [JSON.stringify(value.written)] : []))
  // Hosts and profiles first: deployments may ask for them.
  const resources = written.length === 0 ? [] : await link.applyResources(written, sources[0]?.file ?? '', dryRun)
  const deployments: Applied[] = []
  for (const { value, file } of sources)
    if (value.kind === 'Deployment') deployments.push(await link.apply(JSON.stringify(documentOf(value.spec)), file, dryRun))
  return { resources, deployments }
}

export const apply: RegisterCommand = (program, run) => {
  const command = program
    .command('apply')
    .description('create or change hosts, host groups, tuning profiles, alert rules and receivers, and deployments from files')
    .addOption(
      new Option(
        '-f, --filename <file...>',
        'YAML or JSON, any number of documents of the kinds Host, HostGroup, TuningProfile, AlertRule, AlertReceiver and Deployment; - for standard input',
      ).makeOptionMandatory(),
    )
    .addOption(new Option('--dry-run', 'check everything, change nothing'))
    .addOption(outputOption(['table', 'json', 'yaml', 'name']))
  waitOptions(command, false).action(
    run(async (context, options: Options) => {
      // Loaded late, as no other command needs the schemas.
      const { readFleetFiles, checkFleetSources } = await import('../fleet-files.ts')
      const sources = await readFleetFiles(options.filename, context.io.stdin, context.paint.stderr)
      const link = await context.link()
      checkFleetSources(sources, await link.documents(), context.paint.stderr)
      const { dryRun = false } = options
      // The controller sees all of several documents before it changes the first.
      const checked = dryRun || sources.length > 1 ? await applyAll(link, sources, true) : undefined
      const applied = dryRun && checked !== undefined ? checked : await applyAll(link, sources, false)
      await reportDocuments(context, applied, { dryRun, wait: (options.wait ?? false) && !dryRun, timeoutMs: options.timeout })
    }),
  )
}
