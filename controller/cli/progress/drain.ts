/** Waits until hosts are drained and says what each replica there waits for. */
import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import { within } from '../../../shared/lifecycle/deadline.ts'
import { formatDuration } from '../../../shared/units/duration.ts'
import type { CommandContext } from '../context.ts'
import { reconnecting } from '../link/reconnect.ts'
import { formatAge } from '../terminal/time.ts'
import { padStart, plainLine } from '../terminal/width.ts'
import type { Host } from '../view/fleet.ts'

/** A time that goes on, and a count that goes down, are no news. */
const still = (text: string): string => text.replaceAll(/\(.*?\)/g, '').replaceAll(/\d+ requests?/g, 'requests')

const leftOf = (host: Host): ReadonlyMap<string, string> =>
  new Map((host.drain?.left ?? []).map(({ id, message }) => [id, `${host.name}: ${id} ${plainLine(message)}`]))

/**
 * Resolves to true when all of them are drained, and to false after Ctrl-C. A controller that restarts in between is waited for. Throws
 * CONFLICT when somebody ends the drain, NOT_FOUND when a host is removed, DEADLINE_EXCEEDED after timeoutMs with what is waited for.
 */
export const followDrain = async (context: CommandContext, names: readonly string[], timeoutMs: number): Promise<boolean> => {
  const { io } = context
  const link = await context.link()
  const startedUnixMs = io.now()
  const signal = within(timeoutMs, context.signal)
  const say = (line: string) => context.note(`${padStart(formatAge(io.now() - startedUnixMs), 6)}  ${line}`)
  const views = reconnecting(() => link.watchFleet(['hosts'], signal), {
    signal,
    reached: true,
    onLost: () => say('the connection to the controller is lost; the drain goes on once it is back, trying to reach it again'),
    onBack: () => say('connected to the controller again'),
  })
  let said: ReadonlyMap<string, string> = new Map()
  let waiting: readonly string[] = names
  for await (const { hosts } of views) {
    const watched = names.map((name) => [name, hosts.find((host) => host.name === name)] as const)
    for (const [name, host] of watched) {
      if (host === undefined) throw new HostlerError('NOT_FOUND', `host ${name} was removed while it was drained`)
      if (host.drain === undefined)
        throw new HostlerError('CONFLICT', `the drain of ${name} was ended by somebody before it was done; see: hostler events ${name}`)
    }
    const now = new Map(watched.flatMap(([, host]) => (host ? [...leftOf(host)] : [])))
    for (const [id, line] of now) if (still(said.get(id) ?? '') !== still(line)) say(line)
    for (const id of said.keys()) if (!now.has(id)) say(`${id} is gone`)
    said = now
    waiting = watched.flatMap(([name, host]) => (host?.drain?.doneUnixMs ? [] : [name]))
    if (waiting.length === 0) return true
  }
  if (context.signal.aborted) {
    say(`stopped watching; the drain goes on: hostler get hosts ${names.join(' ')}`)
    return false
  }
  const reasons = [...said.values()].slice(0, 5).join('; ')
  throw new HostlerError(
    'DEADLINE_EXCEEDED',
    `${waiting.join(', ')} ${waiting.length === 1 ? 'is' : 'are'} not drained after ${formatDuration(timeoutMs)}; the drain goes on${reasons === '' ? '' : `: ${reasons}`}`,
    { fields: { hosts: waiting, left: [...said].map(([id, message]) => ({ id, message })) } },
  )
}
