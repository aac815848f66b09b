/** Waits for a rollout and shows how it goes. */
import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import { within } from '../../../shared/lifecycle/deadline.ts'
import { formatDuration } from '../../../shared/units/duration.ts'
import type { CommandContext } from '../context.ts'
import type { ControlLink } from '../link/control-link.ts'
import { reconnecting } from '../link/reconnect.ts'
import { createScreen } from '../terminal/screen.ts'
import { formatAge } from '../terminal/time.ts'
import { padStart } from '../terminal/width.ts'
import type { Fleet, Replica } from '../view/fleet.ts'
import { judge, needsVerdict, type Outcome, type Target, worstReplica } from './judge.ts'
import { progressBlock, progressChanges, type Said } from './show.ts'

interface Display extends Disposable {
  show(fleet: Fleet): void
  say(line: string): void
}

/** A terminal gets a block drawn in place, its clocks ticking. */
const onTerminal = (context: CommandContext, targets: readonly Target[], startedUnixMs: number): Display => {
  const { io, paint } = context
  const screen = createScreen({ write: (text) => io.stderr.write(text), rows: io.rows })
  let latest: { readonly fleet: Fleet; readonly atUnixMs: number } | undefined
  const draw = () => {
    if (latest === undefined) return
    const nowUnixMs = latest.fleet.nowUnixMs + io.now() - latest.atUnixMs
    screen.draw(
      progressBlock(targets, { ...latest.fleet, nowUnixMs }, io.now() - startedUnixMs, { width: io.columns() ?? 80, paint: paint.stderr }),
    )
  }
  const ticking = setInterval(draw, 1000)
  return {
    show(fleet) {
      latest = { fleet, atUnixMs: io.now() }
      draw()
    },
    say(line) {
      screen.clear()
      context.note(line)
      draw()
    },
    [Symbol.dispose]() {
      clearInterval(ticking)
      screen.clear()
    },
  }
}

/** A log gets a line for each change, with the time since the start. */
const inLog = (context: CommandContext, targets: readonly Target[], startedUnixMs: number): Display => {
  let said: Said = new Map()
  const say = (line: string) =>
    context.note(`${padStart(formatAge(context.io.now() - startedUnixMs), 6)}  ${line.replaceAll('\n', '\n        ')}`)
  return {
    show(fleet) {
      const changes = progressChanges(targets, fleet, said, context.paint.stderr)
      said = changes.said
      for (const line of changes.lines) say(line)
    },
    say,
    [Symbol.dispose]: () => {},
  }
}

export interface Finished {
  readonly target: Target
  readonly outcome: Exclude<Outcome, { kind: 'waiting' }>
  /** The replica that shows best what went wrong. */
  readonly worst?: Replica | undefined
  readonly elapsedMs: number
}

const outcomeOf = async (link: ControlLink, target: Target, fleet: Fleet): Promise<Outcome> => {
  const verdict = needsVerdict(target, fleet)
    ? (await link.history(target.deployment)).find(({ revision }) => revision === target.revision)
    : undefined
  return judge(target, fleet, verdict)
}

/**
 * Resolves when every target has come to its end, good or bad, or as soon as Ctrl-C is pressed (undefined then). A controller that
 * restarts in between is waited for. Throws DEADLINE_EXCEEDED after timeoutMs.
 */
export const followRollout = async (
  context: CommandContext,
  targets: readonly Target[],
  timeoutMs: number,
): Promise<readonly Finished[] | undefined> => {
  const { io } = context
  const link = await context.link()
  const startedUnixMs = io.now()
  const signal = within(timeoutMs, context.signal)
  const finished = new Map<Target, Finished>()
  const worst = new Map<Target, Replica | undefined>()
  const seenPaused = new Set<Target>()
  using display = (io.isTTY.stderr ? onTerminal : inLog)(context, targets, startedUnixMs)
  const views = reconnecting(
    async function* () {
      for await (const fleet of link.watchFleet([], signal)) {
        for (const target of targets) {
          worst.set(target, worstReplica(target, fleet, worst.get(target)))
          if (finished.has(target)) continue
          const outcome = await outcomeOf(link, target, fleet)
          // The first view may be older than what was asked for a moment ago.
          if (outcome.kind === 'paused' && !seenPaused.has(target)) seenPaused.add(target)
          else if (outcome.kind !== 'waiting')
            finished.set(target, { target, outcome, worst: worst.get(target), elapsedMs: io.now() - startedUnixMs })
        }
        yield fleet
      }
    },
    {
      signal,
      reached: true,
      onLost: () => display.say('the connection to the controller is lost; the rollout goes on with the hosts, trying to reach it again'),
      onBack: () => display.say('connected to the controller again'),
    },
  )
  for await (const fleet of views) {
    display.show(fleet)
    if (finished.size === targets.length) return targets.flatMap((target) => finished.get(target) ?? [])
  }
  const names = targets.map(({ deployment }) => deployment)
  if (context.signal.aborted) {
    display.say(`stopped watching; the rollout goes on: hostler rollout status ${names[0]}`)
    return undefined
  }
  const open = targets.filter((target) => !finished.has(target)).map(({ deployment }) => deployment)
  throw new HostlerError(
    'DEADLINE_EXCEEDED',
    `${open.join(', ')} ${open.length === 1 ? 'is' : 'are'} not ready after ${formatDuration(timeoutMs)}; the rollout goes on: hostler describe deployment ${open[0]}`,
    {
      fields: { deployments: open },
    },
  )
}
