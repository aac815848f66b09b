import { Option } from 'commander'
import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import type { RegisterCommand } from '../command.ts'
import { callTimeoutOption, outputOption } from '../options.ts'
import { printResult } from '../output/structured.ts'
import { confirm } from '../terminal/confirm.ts'

export const thaw: RegisterCommand = (program, run) => {
  program
    .command('thaw')
    .description('after many hosts went silent at once: say that they are really gone, so that what they ran is replaced')
    .addOption(new Option('-y, --yes', 'do not ask'))
    .addOption(outputOption(['table', 'json', 'yaml']))
    .addOption(callTimeoutOption())
    .action(
      run(async (context, { yes }: { readonly yes?: boolean }) => {
        const { io, signal } = context
        const link = await context.link()
        const { hosts, frozenSinceUnixMs } = await link.fleet(['hosts'])
        const away = hosts.filter(({ state }) => state === 'silent' || state === 'lost' || state === 'unknown').map(({ name }) => name)
        const asks = frozenSinceUnixMs > 0 && io.isTTY.stdin && io.isTTY.stderr && !yes
        if (
          asks &&
          !(await confirm(io, `Replace what runs on ${away.join(', ')}, although nobody knows whether it still runs there?`, signal))
        )
          throw new HostlerError('CONFLICT', 'nothing was changed')
        const { changed, gaveUp } = await link.thaw()
        printResult(context, { changed, gaveUp }, () => [
          changed
            ? `evictions go on: the replicas of ${gaveUp.join(', ') || 'no host'} are replaced once lease and grace are over`
            : 'nothing to thaw: evictions are not frozen',
        ])
      }),
    )
}
