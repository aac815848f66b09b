import { type Command, Option } from 'commander'
import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import type { RegisterCommand } from '../command.ts'
import type { RestoreResult } from '../io.ts'
import { outputOption } from '../options.ts'
import { printResult } from '../output/structured.ts'
import { confirm } from '../terminal/confirm.ts'
import { formatAge, formatMoment } from '../terminal/time.ts'

interface Options {
  readonly from: string
  readonly yes?: boolean
  /** Of `hostler controller`. */
  readonly config?: string
  readonly dataDir?: string
}

const restoredLines = ({ file, keptIn, deployments, hosts, replicas, newestEventUnixMs }: RestoreResult, nowUnixMs: number) => [
  `${file} is restored: ${deployments.length} deployments, ${hosts} hosts, ${replicas} replicas`,
  ...(newestEventUnixMs === 0
    ? []
    : [
        `it knows what happened until ${formatMoment(newestEventUnixMs)} (${formatAge(nowUnixMs - newestEventUnixMs)} ago); what was changed later has to be done again`,
      ]),
  ...(keptIn === undefined ? [] : [`what was there before is kept in ${keptIn}`]),
  'now start the controller: systemctl start hostler-controller',
]

/** `hostler controller restore`: needs no controller, only its directory. */
export const restore: RegisterCommand = (controller, run) => {
  controller
    .command('restore')
    .description('put a backup in the place of the database of a controller that is stopped; what is there is kept aside')
    .addOption(new Option('--from <backup>', 'file of backups/ in the data directory, or a copy of one').makeOptionMandatory())
    .addOption(new Option('-y, --yes', 'do not ask'))
    .addOption(outputOption(['table', 'json', 'yaml']))
    .action(
      run(async (context, _own: Options, command: Command) => {
        const { io, signal } = context
        const { from, yes, config, dataDir } = command.optsWithGlobals<Options>()
        const asks = io.isTTY.stdin && io.isTTY.stderr && !yes
        if (asks && !(await confirm(io, `Replace the controller's database by ${from}?`, signal)))
          throw new HostlerError('CONFLICT', 'nothing was changed')
        const result = await io.restore({
          from,
          ...(config === undefined ? {} : { configFile: config }),
          ...(dataDir === undefined ? {} : { dataDirectory: dataDir }),
        })
        printResult(context, result, () => restoredLines(result, io.now()))
      }),
    )
}
