import { Argument, InvalidArgumentError, Option } from 'commander'
import { didYouMean } from '../../../shared/config/did-you-mean.ts'
import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import type { RegisterCommand } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { callTimeoutOption, countValue, outputOption } from '../options.ts'
import { isBrief } from '../output/format.ts'
import { listEvents } from '../output/list-events.ts'
import { structured } from '../output/structured.ts'
import { tableOptions } from '../output/table-options.ts'
import { watchListing } from '../output/watch-listing.ts'
import { type DocumentListing, documentListings } from '../view/documents.ts'
import { type Listing, type Resource, type ResourceName, resources } from '../view/resources.ts'

type Kind = ResourceName | DocumentListing | 'events'
const kinds: readonly Kind[] = ['hosts', 'gpus', 'groups', 'profiles', 'deployments', 'replicas', 'gateways', 'events']

/** Plural, singular, and `deploy` for those who are used to it. */
const kindValue = (word: string): Kind => {
  const wanted = word.toLowerCase()
  const found = kinds.find((kind) => kind === wanted || kind === `${wanted}s` || (wanted === 'deploy' && kind === 'deployments'))
  if (found !== undefined) return found
  const near = didYouMean(word, kinds)
  throw new InvalidArgumentError(`expected one of ${kinds.join(', ')}${near === undefined ? '' : `; did you mean ${near}?`}`)
}

const printListing = (context: CommandContext, resource: Resource, listing: Listing): void => {
  const { output } = context
  if (output === 'json' || output === 'yaml') context.print(structured({ items: listing.items }, output))
  else if (output === 'name') context.print(...listing.names)
  else context.print(...listing.table(tableOptions(context)))
  if (listing.items.length === 0 && listing.missing.length === 0 && output !== 'json' && output !== 'yaml' && output !== 'name')
    context.note(resource.whenEmpty)
}

const refuseMissing = (singular: string, { missing, known }: Listing): void => {
  const [name] = missing
  if (name === undefined) return
  const near = didYouMean(name, known)
  const others =
    known.length === 0
      ? 'there are none'
      : near === undefined
        ? `there are: ${known.slice(0, 10).join(', ')}${known.length > 10 ? ', …' : ''}`
        : `did you mean ${near}?`
  throw new HostlerError('NOT_FOUND', `no ${singular} is named ${missing.join(' or ')}; ${others}`)
}

const documents = async (context: CommandContext, kind: DocumentListing, { watch }: Options): Promise<Resource> => {
  if (watch) throw new HostlerError('ARGUMENT_INVALID', `${kind} cannot be watched; leave out --watch`)
  return documentListings(await (await context.link()).documents())[kind]
}

interface Options {
  readonly watch?: boolean
  readonly limit: number
}

export const get: RegisterCommand = (program, run) => {
  program
    .command('get')
    .description('list hosts, GPUs, host groups, tuning profiles, deployments, replicas, gateways or events')
    .addArgument(new Argument('<kind>', 'what to list').choices(kinds).argParser(kindValue))
    .argument('[names...]', 'only these; replicas also by deployment, gpus also by host')
    .addOption(outputOption())
    .addOption(new Option('-w, --watch', 'show it again after each change, until Ctrl-C'))
    .addOption(new Option('--limit <n>', 'events: at most this many, the newest').argParser(countValue(1)).default(50))
    .addOption(callTimeoutOption())
    .action(
      run(async (context, kind: Kind, names: string[], options: Options) => {
        if (kind === 'events') return listEvents(context, { names, limit: options.limit, follow: options.watch ?? false })
        const resource: Resource = kind === 'groups' || kind === 'profiles' ? await documents(context, kind, options) : resources[kind]
        if (options.watch) return watchListing(context, resource, names)
        const link = await context.link()
        const fleet = await link.fleet(resource.kinds, { brief: resource.brief && isBrief(context.output) })
        const listing = resource.list(fleet, names)
        printListing(context, resource, listing)
        if (kind === 'hosts' && fleet.frozenSinceUnixMs > 0)
          context.note(
            'note: many hosts went silent at once, so nothing is replaced until they are back; when they are really gone: hostler thaw',
          )
        if (fleet.held !== '') context.note(`note: ${fleet.held}`)
        if (fleet.stalled !== '') context.note(`note: the controller decides nothing while it cannot write: ${fleet.stalled}`)
        refuseMissing(resource.singular, listing)
      }),
    )
}
