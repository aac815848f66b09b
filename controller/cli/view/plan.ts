/** What applying specs would do, as the command line shows it: the shape of `hostler plan -o json`. */
import type { FieldChange } from '../../domain/spec/diff.ts'
import type { UnplacedReplicas } from './deployment.ts'

export interface PlannedReplica {
  readonly id: string
  readonly deployment: string
  readonly revision: number
  readonly isNew: boolean
  /** The leader first; one, unless the replica is a gang. */
  readonly members: readonly { readonly host: string; readonly gpus: readonly number[] }[]
}

export interface PlannedStep {
  /** Steps of one number come together. */
  readonly round: number
  readonly level: string
  readonly reason: string
  readonly subject: string
  readonly message: string
}

export interface FleetPlan {
  readonly deployments: readonly {
    readonly name: string
    readonly revision: number
    /** 0: there is none yet. */
    readonly currentRevision: number
    readonly created: boolean
    readonly changed: boolean
    readonly fields: readonly FieldChange[]
    readonly notes: readonly string[]
  }[]
  readonly steps: readonly PlannedStep[]
  readonly replicas: readonly PlannedReplica[]
  readonly shortages: readonly { readonly deployment: string; readonly unplaced: UnplacedReplicas }[]
  /** False: it would go on for longer than was looked at. */
  readonly settled: boolean
}
