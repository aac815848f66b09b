/** `events` and `get events`: what happened, oldest first, and what happens while one watches. */
import { stringify } from 'yaml'
import type { CommandContext } from '../context.ts'
import { reconnecting } from '../link/reconnect.ts'
import { renderTable } from '../terminal/table.ts'
import { eventColumns, isAbout } from '../view/events.ts'
import type { FleetEvent } from '../view/fleet.ts'
import { isForPeople } from './format.ts'
import { structured } from './structured.ts'
import { tableOptions } from './table-options.ts'

export interface EventListing {
  readonly names: readonly string[]
  readonly limit: number
  readonly follow: boolean
  /** 0: however old. */
  readonly sinceUnixMs?: number
  /** Empty: all. */
  readonly levels?: readonly string[]
}

/** Asked for when names are filtered here, since the controller only knows whole subjects. */
const searchLimit = 1000

const query = ({ names, limit, sinceUnixMs = 0, levels = [] }: EventListing) => {
  const [only = ''] = names
  const whole = names.length === 1 && only.includes('/')
  return {
    subject: whole ? only : '',
    limit: names.length === 0 || whole ? limit : Math.max(limit, searchLimit),
    sinceUnixMs,
    levels,
  }
}

const wanted = ({ names }: EventListing, event: FleetEvent): boolean => names.length === 0 || names.some((name) => isAbout(event, name))

const listOnce = async (context: CommandContext, listing: EventListing): Promise<void> => {
  const { output, io, signal } = context
  const link = await context.link()
  const events: FleetEvent[] = []
  for await (const event of link.events({ ...query(listing), follow: false, afterId: 0 }, signal))
    if (wanted(listing, event)) events.push(event)
  const items = events.slice(-listing.limit)
  if (output === 'json' || output === 'yaml') context.print(structured({ items }, output))
  else if (output === 'name') context.print(...items.map(({ id }) => String(id)))
  else if (items.length === 0) context.note('no events')
  else context.print(...renderTable(eventColumns(io.now()), items, tableOptions(context)))
}

const follow = async (context: CommandContext, listing: EventListing): Promise<void> => {
  const { output, signal } = context
  const link = await context.link()
  let afterId = 0
  let withoutHeader = false
  const events = reconnecting(() => link.events({ ...query(listing), follow: true, afterId }, signal), {
    signal,
    onLost: () => context.note('note: the connection to the controller is lost; trying again'),
    onBack: () => context.note('note: connected again'),
  })
  for await (const event of events) {
    afterId = event.id
    if (!wanted(listing, event)) continue
    if (isForPeople(output))
      context.print(...renderTable(eventColumns(undefined), [event], { ...tableOptions(context), withoutHeader, steady: true }))
    else
      context.print(output === 'json' ? JSON.stringify(event) : output === 'yaml' ? `---\n${stringify(event).trimEnd()}` : String(event.id))
    withoutHeader = true
  }
}

export const listEvents = (context: CommandContext, listing: EventListing): Promise<void> =>
  (listing.follow ? follow : listOnce)(context, listing)
