import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { World } from './world.ts'

/** Containers of one deployment, as the engines of all hosts tell of their starts and ends. */
export interface Lives extends AsyncDisposable {
  /** Container ids, in the order of their starts. */
  readonly starts: readonly string[]
  readonly running: readonly string[]
  readonly mostAtOnce: number
}

interface EngineEvent {
  readonly Action: string
  readonly Actor: { readonly ID: string }
  readonly timeNano: number
}

/**
 * Listens to every host's engine, not over the network, so that a cut cable hides nothing. Starts and ends are put in order by the engines'
 * own times, which are of one clock.
 */
export const watchStarts = async ({ fleet }: World, deployment: string): Promise<Lives> => {
  const seen: EngineEvent[] = []
  const streams = await Promise.all(
    fleet.members.map(async ({ host }) => {
      const filters = JSON.stringify({ type: ['container'], event: ['start', 'die'], label: [`hostler.deployment=${deployment}`] })
      return (await host.docker.getEvents({ filters })) as Readable
    }),
  )
  for (const stream of streams) createInterface(stream).on('line', (line) => seen.push(JSON.parse(line)))
  const ordered = () => seen.toSorted((a, b) => a.timeNano - b.timeNano)
  const replay = () => {
    const running = new Set<string>()
    let most = 0
    for (const { Action, Actor } of ordered()) {
      if (Action === 'start') running.add(Actor.ID)
      else running.delete(Actor.ID)
      most = Math.max(most, running.size)
    }
    return { running: [...running], most }
  }
  return {
    get starts() {
      return ordered()
        .filter(({ Action }) => Action === 'start')
        .map(({ Actor }) => Actor.ID)
    },
    get running() {
      return replay().running
    },
    get mostAtOnce() {
      return replay().most
    },
    async [Symbol.asyncDispose]() {
      for (const stream of streams) {
        stream.destroy()
        if (!stream.closed) await once(stream, 'close')
      }
    },
  }
}
