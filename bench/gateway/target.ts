import type { Programs } from '../prepare/programs.ts'
import type { Engines } from './engines.ts'

/** A gateway under measurement: a real process that passes requests on to the engines. */
export interface Target extends AsyncDisposable {
  readonly name: 'hostler' | 'nginx' | 'haproxy' | 'portkey'
  readonly pid: number
  /** Serves the engine with the fixed answer. */
  readonly requestPort: number
  /** Serves the engine that streams; the same port where a gateway tells them apart by the model. */
  readonly streamPort: number
  /** What it wants to be told with each request, besides what all are told. */
  readonly requestHeaders?: Readonly<Record<string, string>>
  /** The end of what it printed, for when it fails. */
  lastWords(): string
}

/** Everything that takes part in a measurement. */
export interface Contest {
  readonly programs: Programs
  readonly engines: Engines
  readonly targets: readonly Target[]
}

/** What all gateways are given to start with. */
export type Scene = Pick<Contest, 'programs' | 'engines'>

export const requestModel = 'bench'
export const streamModel = 'bench-stream'

/** The key that clients send. nginx and HAProxy pass it on unread. */
export const clientKey = 'hk-bench-00000000000000000000000000000000'

/** The targets in an order that changes with the round, so that none always runs after the same other. */
export const inTurn = <T>(items: readonly T[], round: number): readonly T[] => items.map((_, at) => items[(at + round) % items.length] as T)
