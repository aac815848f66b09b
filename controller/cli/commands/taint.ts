import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import type { RegisterCommand } from '../command.ts'
import { callTimeoutOption, outputOption } from '../options.ts'
import { printResult } from '../output/structured.ts'

export const taint: RegisterCommand = (program, run) => {
  program
    .command('taint')
    .description('keep replicas off hosts unless their deployment tolerates it')
    .argument(
      '<hosts-and-taints...>',
      'names or ids of hosts, then KEY[=VALUE]:EFFECT, or KEY[:EFFECT]- to take it off; effects: NoSchedule, PreferNoSchedule, NoExecute',
    )
    .addOption(outputOption(['table', 'json', 'yaml']))
    .addOption(callTimeoutOption())
    .action(
      run(async (context, words: string[]) => {
        const { formatTaint, looksLikeTaint, parseTaint } = await import('../../domain/hosts/taints.ts')
        const hosts = words.filter((word) => !looksLikeTaint(word))
        const parsed = words.filter(looksLikeTaint).map((word) => {
          const read = parseTaint(word)
          if (typeof read === 'string') throw new HostlerError('ARGUMENT_INVALID', `${read}; nothing was changed`)
          return read
        })
        if (hosts.length === 0) throw new HostlerError('ARGUMENT_INVALID', 'no host is named; give hosts first, then taints')
        if (parsed.length === 0)
          throw new HostlerError('ARGUMENT_INVALID', 'no taint is given; expected such as dedicated=search:NoSchedule')
        const put = parsed.flatMap((read) => (read.kind === 'put' ? [read.taint] : []))
        const remove = parsed.flatMap(({ ...read }) =>
          read.kind === 'remove' ? [{ key: read.pattern.key, value: '', effect: read.pattern.effect ?? '' }] : [],
        )
        const said = [
          ...put.map((one) => `has the taint ${formatTaint(one)}`),
          ...remove.map(({ key, effect }) => `has no taint ${key}${effect === '' ? '' : `:${effect}`} any more`),
        ].join(', ')
        const items = await (await context.link()).taint(hosts, put, remove)
        printResult(context, { items }, () =>
          items.map(
            ({ host, changed }) =>
              `host ${host} ${changed ? said : 'has it so already; taints that come from documents are changed in these'}`,
          ),
        )
      }),
    )
}
