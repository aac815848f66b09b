import { Option } from 'commander'
import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import type { RegisterCommand } from '../command.ts'
import { type ChangeOptions, countValue, ifVersionOption, outputOption, type WaitOptions, waitOptions } from '../options.ts'
import { reportApplied } from '../output/applied.ts'

interface Options extends WaitOptions, ChangeOptions {
  readonly replicas?: number
}

/** `ds7b=3`, or `ds7b` with --replicas 3. */
const wanted = (word: string, option: number | undefined): { name: string; replicas: number } => {
  const [name = '', inline] = word.split('=', 2)
  if (inline !== undefined && option !== undefined)
    throw new HostlerError('ARGUMENT_INVALID', `give the number once: ${word}, or --replicas ${option}`)
  if (inline !== undefined && !/^\d+$/.test(inline))
    throw new HostlerError('ARGUMENT_INVALID', `"${inline}" is no number of replicas; expected such as ${name}=3`)
  const replicas = inline === undefined ? option : Number(inline)
  if (replicas === undefined) throw new HostlerError('ARGUMENT_INVALID', `how many replicas? give --replicas N, or ${name}=N`)
  return { name, replicas }
}

export const scale: RegisterCommand = (program, run) => {
  const command = program
    .command('scale')
    .description('set the number of replicas of a deployment')
    .argument('<deployment>', 'its name, or NAME=N')
    .addOption(new Option('--replicas <n>', 'how many').argParser(countValue(0)))
    .addOption(ifVersionOption())
    .addOption(outputOption(['table', 'json', 'yaml', 'name']))
  waitOptions(command, false).action(
    run(async (context, word: string, options: Options) => {
      const { name, replicas } = wanted(word, options.replicas)
      const applied = await (await context.link()).scale(name, replicas, options.ifVersion)
      await reportApplied(context, [applied], ({ changed }) => (changed ? `scaled to ${replicas}` : `has ${replicas} already`), {
        wait: options.wait ?? false,
        timeoutMs: options.timeout,
      })
    }),
  )
}
