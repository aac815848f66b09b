import { Option } from 'commander'
import type { RegisterCommand } from '../command.ts'
import { writeManifests } from '../output/manifests.ts'
import { exportNginx } from './export/nginx.ts'

interface Options {
  readonly filename: readonly string[]
  readonly output: string
  readonly namespace: string
  readonly modelClaim: string
  readonly prometheus: string
  readonly wakeQuery: string
}

export const exportCommand: RegisterCommand = (program, run) => {
  const group = program.command('export').helpCommand(false).description('write deployments for other systems')
  group
    .command('kubernetes')
    .description('write deployments as manifests of Kubernetes')
    .addOption(
      new Option('-f, --filename <file...>', 'YAML or JSON, one or several deployments; - for standard input').makeOptionMandatory(),
    )
    .addOption(new Option('-o, --output <directory>', 'one file for each deployment there; - for standard output').default('-'))
    .addOption(new Option('--namespace <name>', 'default: that of whoever applies them').default('', 'none'))
    .addOption(
      new Option('--model-claim <name>', "a PersistentVolumeClaim with the model in it; default: the model's path on the nodes").default(
        '',
        'none',
      ),
    )
    .addOption(
      new Option('--prometheus <url>', 'where KEDA asks, for deployments with autoscale').default(
        'http://prometheus-operated.monitoring.svc:9090',
      ),
    )
    .addOption(
      new Option(
        '--wake-query <promql>',
        'above 0 while somebody asks for the model, by what stands in front of its pods; for autoscale.min 0',
      ).default('', 'none'),
    )
    .action(
      run(async (context, { filename, output, namespace, modelClaim, prometheus, wakeQuery }: Options) => {
        // Loaded late, as no other command needs the schema.
        const [{ readSpecFiles }, { exportKubernetes }] = await Promise.all([
          import('../spec-files.ts'),
          import('../../domain/export/kubernetes/export.ts'),
        ])
        const sources = await readSpecFiles(filename, context.io.stdin, context.paint.stderr)
        // All are rendered before the first is written.
        const options = { namespace, modelClaim, prometheusUrl: prometheus, wakeQuery }
        const rendered = sources.map(({ spec }) => ({ name: spec.name, ...exportKubernetes(spec, options) }))
        const files = await writeManifests(rendered, output, context.print)
        context.note(...files.map((file) => `${file} is written`))
        for (const { name, needs, notes } of rendered) {
          context.note(...needs.map((command) => `${name} needs, before it is applied: ${command}`))
          context.note(...notes.map((note) => `${name}: not carried over: ${note}`))
        }
      }),
    )
  exportNginx(group, run)
}
