/** `get --watch`: the same listing again whenever the fleet changes. */
import { stringify } from 'yaml'
import type { CommandContext } from '../context.ts'
import { reconnecting } from '../link/reconnect.ts'
import { createScreen } from '../terminal/screen.ts'
import type { Fleet } from '../view/fleet.ts'
import type { Listing, Resource } from '../view/resources.ts'
import { isBrief, isForPeople } from './format.ts'
import { tableOptions } from './table-options.ts'

type Show = (fleet: Fleet) => void

/** A terminal shows one table, drawn over in place; ages go on between the controller's views. */
const inPlace = (context: CommandContext, resource: Resource, names: readonly string[]): { show: Show } & Disposable => {
  const { io } = context
  const screen = createScreen({ write: (text) => io.stdout.write(text), rows: io.rows })
  let latest: { readonly fleet: Fleet; readonly receivedUnixMs: number } | undefined
  const draw = () => {
    if (latest === undefined) return
    const nowUnixMs = latest.fleet.nowUnixMs + io.now() - latest.receivedUnixMs
    const lines = resource.list({ ...latest.fleet, nowUnixMs }, names).table(tableOptions(context))
    screen.draw(lines.length > 0 ? lines : [resource.whenEmpty])
  }
  const ticking = setInterval(draw, 1000)
  return {
    show(fleet) {
      latest = { fleet, receivedUnixMs: io.now() }
      draw()
    },
    [Symbol.dispose]: () => clearInterval(ticking),
  }
}

/** A file or a pipe gets a row for each thing that changed, under one header. */
const appended = (context: CommandContext, resource: Resource, names: readonly string[]): { show: Show } & Disposable => {
  let before: Listing | undefined
  return {
    show(fleet) {
      const listing = resource.list(fleet, names)
      const changed = new Set([...listing.news].filter(([name, news]) => before?.news.get(name) !== news).map(([name]) => name))
      context.print(
        ...listing.table(
          { ...tableOptions(context), steady: true, withoutHeader: before !== undefined && before.items.length > 0 },
          changed,
        ),
      )
      for (const name of before?.names ?? []) if (!listing.news.has(name)) context.print(`${name}  gone`)
      before = listing
    },
    [Symbol.dispose]: () => {},
  }
}

const data = (context: CommandContext, resource: Resource, names: readonly string[]): { show: Show } & Disposable => ({
  show(fleet) {
    const { items, names: found } = resource.list(fleet, names)
    if (context.output === 'json') context.print(JSON.stringify({ items }))
    else if (context.output === 'yaml') context.print('---', stringify({ items }, { lineWidth: 0, aliasDuplicateObjects: false }).trimEnd())
    else context.print(...found)
  },
  [Symbol.dispose]: () => {},
})

/** Shows the listing until Ctrl-C. A controller that restarts in between is waited for. */
export const watchListing = async (context: CommandContext, resource: Resource, names: readonly string[]): Promise<void> => {
  const { io, signal, output } = context
  const link = await context.link()
  const kind = !isForPeople(output) ? data : io.isTTY.stdout ? inPlace : appended
  using view = kind(context, resource, names)
  const views = reconnecting(() => link.watchFleet(resource.kinds, signal, { brief: resource.brief && isBrief(output) }), {
    signal,
    onLost: () => context.note('note: the connection to the controller is lost; trying again'),
    onBack: () => context.note('note: connected again'),
  })
  for await (const fleet of views) view.show(fleet)
}
