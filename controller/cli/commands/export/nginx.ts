import { readFile } from 'node:fs/promises'
import { InvalidArgumentError, Option } from 'commander'
import { errnoOf, HostlerError, messageOf } from '../../../../shared/errors/hostler-error.ts'
import { writeFileAtomic } from '../../../../shared/lifecycle/atomic-file.ts'
import type { NginxUpstream } from '../../../domain/export/nginx/render.ts'
import type { RegisterCommand } from '../../command.ts'
import type { CommandContext } from '../../context.ts'

interface Options {
  readonly filename?: readonly string[]
  readonly server: readonly string[]
  readonly listen: string
  readonly output: string
}

const listenValue = (word: string): string => {
  const port = /^(?:(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+|\*):)?([1-9]\d{0,4})$/.exec(word)?.[1]
  if (port === undefined || Number(port) > 65_535) throw new InvalidArgumentError('expected a port or ADDRESS:PORT, such as 8080')
  return word
}

const fromFiles = async (
  context: CommandContext,
  files: readonly string[],
  servers: readonly string[],
): Promise<readonly NginxUpstream[]> => {
  const [{ readSpecFiles }, { addressesOf, upstreamOfSpec }] = await Promise.all([
    import('../../spec-files.ts'),
    import('../../../domain/export/nginx/upstreams.ts'),
  ])
  const specs = (await readSpecFiles(files, context.io.stdin, context.paint.stderr)).map(({ spec }) => spec)
  const names = specs.map(({ name }) => name)
  const addresses = addressesOf(servers, names)
  for (const name of names) if (!addresses.has(name)) context.note(`${name} has no --server, so it answers 503`)
  context.note('the API key of a client is passed on to the engine as it is')
  return specs.map((spec) => upstreamOfSpec(spec, addresses.get(spec.name) ?? []))
}

/** Replicas ask for a key each, which only gateways hold, so that what is live is reached through them. */
const fromController = async (context: CommandContext): Promise<readonly NginxUpstream[]> => {
  const { isAddress } = await import('../../../domain/export/nginx/upstreams.ts')
  const { gateways } = await (await context.link()).fleet()
  const connected = gateways.filter((gateway) => gateway.connected && isAddress(gateway.address))
  for (const gateway of gateways) if (!connected.includes(gateway)) context.note(`gateway ${gateway.name} is left out: it is not connected`)
  if (connected.length === 0)
    throw new HostlerError(
      'NOT_FOUND',
      "no gateway is connected to the controller; start one with 'hostler gateway', or give -f and --server",
    )
  return [{ name: 'gateways', servers: connected.map(({ address }) => address).toSorted(), maxConcurrent: 0, path: '/' }]
}

/** @throws HostlerError CONFLICT for a file that somebody else wrote, ARGUMENT_INVALID for one that cannot be written */
const write = async (file: string, text: string, mark: string): Promise<void> => {
  try {
    const before = await readFile(file, 'utf8').catch((error: unknown) => {
      if (errnoOf(error) === 'ENOENT') return mark
      throw error
    })
    if (!before.startsWith(mark))
      throw new HostlerError('CONFLICT', `${file} was not written by this command; nothing was written. Remove it, or choose another file`)
    await writeFileAtomic(file, text, { mode: 0o644 })
  } catch (error) {
    if (error instanceof HostlerError) throw error
    throw new HostlerError('ARGUMENT_INVALID', `cannot write ${file}: ${messageOf(error)}`, { cause: error })
  }
}

/** `hostler export nginx` */
export const exportNginx: RegisterCommand = (group, run) => {
  group
    .command('nginx')
    .description('write an upstream of NGINX: of deployments and addresses, or of the gateways that are connected now')
    .addOption(
      new Option('-f, --filename <file...>', 'YAML or JSON, one or several deployments; default: ask the controller for its gateways'),
    )
    .addOption(new Option('--server <deployment=host:port...>', 'where replicas of a deployment answer; with -f').default([], 'none'))
    .addOption(new Option('--listen <port>', 'where NGINX is to listen').default('8080').argParser(listenValue))
    .addOption(new Option('-o, --output <file>', 'a file, such as /etc/nginx/conf.d/hostler.conf; - for standard output').default('-'))
    .action(
      run(async (context, { filename, server, listen, output }: Options) => {
        if (filename === undefined && server.length > 0)
          throw new HostlerError('ARGUMENT_INVALID', '--server says where deployments of -f answer; give -f too, or leave both out')
        const { nginxMark, renderNginx } = await import('../../../domain/export/nginx/render.ts')
        const upstreams = filename === undefined ? await fromController(context) : await fromFiles(context, filename, server)
        const text = renderNginx(upstreams, { listen, maxBodyBytes: 10 * 1024 * 1024 })
        if (output === '-') {
          context.print(text.trimEnd())
          return
        }
        await write(output, text, nginxMark)
        context.note(`${output} is written; try it with: nginx -t && nginx -s reload`)
      }),
    )
}
