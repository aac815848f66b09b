import { Option } from 'commander'
import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import type { RegisterCommand } from '../command.ts'
import { callTimeoutOption, outputOption } from '../options.ts'
import { printResult } from '../output/structured.ts'
import { confirm } from '../terminal/confirm.ts'

export const thaw: RegisterCommand = (program, run) => {
  program
    .command('thaw')
    .description(
      'after many hosts went silent at once, or a backup was put back: say that what is gone is gone, so that the controller goes on',
    )
    .addOption(new Option('-y, --yes', 'do not ask'))
    .addOption(outputOption(['table', 'json', 'yaml']))
    .addOption(callTimeoutOption())
    .action(
      run(async (context, { yes }: { readonly yes?: boolean }) => {
        const { io, signal } = context
        const link = await context.link()
        const { hosts, frozenSinceUnixMs, held } = await link.fleet(['hosts'])
        const away = hosts.filter(({ state }) => state === 'silent' || state === 'lost' || state === 'unknown').map(({ name }) => name)
        const asks = (frozenSinceUnixMs > 0 || held !== '') && io.isTTY.stdin && io.isTTY.stderr && !yes
        if (
          asks &&
          !(await confirm(
            io,
            held !== ''
              ? `${held}.\nGo on, and stop what it does not know?`
              : `Replace what runs on ${away.join(', ')}, although nobody knows whether it still runs there?`,
            signal,
          ))
        )
          throw new HostlerError('CONFLICT', 'nothing was changed')
        const { changed, gaveUp, stops } = await link.thaw()
        printResult(context, { changed, gaveUp, stops }, () => [
          ...(stops === '' ? [] : [`stopped now, as the database does not know them: ${stops}`]),
          changed
            ? gaveUp.length === 0
              ? 'the controller goes on'
              : `evictions go on: the replicas of ${gaveUp.join(', ')} are replaced once lease and grace are over`
            : 'nothing to thaw: the controller holds nothing back',
        ])
      }),
    )
}
