import { type FSWatcher, watch } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { systemTimers, type Timers } from '../../../shared/clock/timers.ts'
import { untilBeat } from '../../../shared/lifecycle/beat.ts'
import { Wake } from '../../../shared/lifecycle/wake.ts'
import type { InstanceState, RuntimeEvent } from '../runtime.ts'
import type { Life } from './life.ts'
import { Witnesses } from './witnesses.ts'

export interface Sight extends Life {
  readonly id: string
  readonly state: InstanceState
}

/** Between two questions whether the witnesses live: a wrapper that was killed tells nothing. */
const askEveryMs = 1_000
/** Between two looks at everything while nothing seems to happen. */
const lookEveryMs = 30_000

/** A wait for ends keeps no process alive: one that nobody asks any more would, for ever. */
const idleTimers: Timers = {
  ...systemTimers,
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms).unref()
    return () => clearTimeout(timer)
  },
}

/** Calls back when a directory appears in this one, or a wrapper says that it is done. undefined: the host is out of inotify watches. */
const watched = (directory: string, onChange: () => void): FSWatcher | undefined => {
  try {
    // It keeps nothing alive: whoever listens may be gone before the next event comes.
    return watch(directory, { persistent: false }, onChange).on('error', () => {})
  } catch {
    return undefined
  }
}

/** Its files say that more is to come, or nobody is known whose end would tell. */
const unsettled = ({ state, witnesses }: Sight): boolean => state === 'created' || (state === 'running' && witnesses.length === 0)

const endedBetween = (before: readonly Sight[], now: readonly Sight[]): readonly string[] => {
  const was = new Map(before.map(({ id, state }) => [id, state]))
  const is = new Set(now.map(({ id }) => id))
  // One that began and ended between two looks was never seen to run.
  const exited = now.filter(({ id, state }) => state === 'exited' && was.get(id) !== state)
  const gone = before.filter(({ id, state }) => state === 'running' && !is.has(id))
  return [...exited, ...gone].map(({ id }) => id)
}

/**
 * Tells of each instance that ends, until the signal aborts: at once when its wrapper says so, else within about a second. `look` sees all instances;
 * it is called at each change of the directory, when a witness is gone, and now and then to be sure.
 */
export const ends = async function* (
  directory: string,
  look: () => Promise<readonly Sight[]>,
  signal: AbortSignal,
): AsyncGenerator<RuntimeEvent> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const wake = new Wake(idleTimers)
  let changed = false
  const watcher = watched(directory, () => {
    changed = true
    wake.wake()
  })
  signal.addEventListener('abort', () => watcher?.close(), { once: true })
  using witnesses = new Witnesses()
  try {
    let before = await look()
    let lookedMs = performance.now()
    yield { kind: 'resync', instanceId: '' }
    witnesses.follow(before.flatMap((sight) => sight.witnesses))
    while (!signal.aborted) {
      // Nothing runs and a launch would be told: there is nothing to ask for.
      const everyMs = watcher && before.every(({ state }) => state === 'exited') ? lookEveryMs : askEveryMs
      await wake.wait(untilBeat(performance.now(), everyMs), signal)
      const due = !watcher || performance.now() - lookedMs >= lookEveryMs - askEveryMs / 2
      if (signal.aborted || !(changed || due || before.some(unsettled) || !witnesses.allAlive())) continue
      changed = false
      const now = await look()
      lookedMs = performance.now()
      witnesses.follow(now.flatMap((sight) => sight.witnesses))
      const ended = endedBetween(before, now)
      before = now
      for (const instanceId of ended) yield { kind: 'exited', instanceId }
    }
  } finally {
    watcher?.close()
  }
}
