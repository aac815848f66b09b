import type { IdentityKind, Role } from '../../shared/identity/subject.ts'
import type { AlertChange } from '../domain/alert/model.ts'
import type { BrakeState } from '../domain/brake/plan.ts'
import type { ResourceRecord } from '../domain/hosts/resource.ts'
import type { Assignment, Change, Deployment, EventLevel, HostRecord, Revision } from '../domain/model.ts'
import type { AlertStore, StoredAlerts } from './alert-store.ts'
import type { ReportStore } from './report-store.ts'

/** A join token; only a hash of its secret is kept. */
export interface TokenRecord {
  readonly id: string
  readonly secretSha256Hex: string
  readonly kind: IdentityKind
  readonly role?: Role | undefined
  readonly createdUnixMs: number
  readonly expiresUnixMs: number
  readonly usesLeft: number
  readonly revoked: boolean
}

/** Who has been given certificates. */
export interface IdentityRecord {
  readonly id: string
  readonly kind: IdentityKind
  readonly name: string
  readonly role?: Role | undefined
  readonly createdUnixMs: number
  readonly revoked: boolean
}

/** A tenant's API key; only its hash is kept. */
export interface KeyRecord {
  readonly id: string
  readonly sha256Hex: string
  /** The first characters, so that people can tell keys apart. */
  readonly prefix: string
  readonly tenant: string
  readonly models: readonly string[]
  readonly requestsPerSecond: number
  readonly burst: number
  /** Absent in records of before: no limit. */
  readonly tokensPerMinute?: number
  /** Absent in records of before: 0. */
  readonly priority?: number
  readonly createdUnixMs: number
  /** 0: never. */
  readonly expiresUnixMs: number
}

export type StoreChange =
  | Change
  | AlertChange
  | { readonly kind: 'putToken'; readonly token: TokenRecord }
  | { readonly kind: 'putIdentity'; readonly identity: IdentityRecord }
  | { readonly kind: 'putKey'; readonly key: KeyRecord }
  | { readonly kind: 'deleteKey'; readonly id: string }
  | { readonly kind: 'putResource'; readonly resource: ResourceRecord }
  | { readonly kind: 'deleteResource'; readonly id: string }
  | { readonly kind: 'putBrake'; readonly brake: BrakeState }

export interface StoredFleet {
  readonly deployments: readonly Deployment[]
  readonly revisions: readonly Revision[]
  readonly assignments: readonly Assignment[]
  readonly hosts: readonly HostRecord[]
  readonly tokens: readonly TokenRecord[]
  readonly identities: readonly IdentityRecord[]
  readonly keys: readonly KeyRecord[]
  readonly resources: readonly ResourceRecord[]
  readonly brake: BrakeState
  readonly alerting: StoredAlerts
}

export interface EventRecord {
  readonly id: number
  readonly atUnixMs: number
  readonly level: EventLevel
  readonly reason: string
  readonly subject: string
  readonly message: string
}

export interface EventQuery {
  readonly afterId: number
  /** The newest this many, oldest first. */
  readonly limit: number
  /** Empty: all. */
  readonly subject: string
  /** None older; absent: however old. */
  readonly sinceUnixMs?: number
  /** Only of these; absent: of all. */
  readonly levels?: readonly EventLevel[]
}

/** All that is kept on disk. Small enough for a second engine. */
export interface Store extends AsyncDisposable {
  readonly reports: ReportStore
  readonly alerts: AlertStore
  load(): Promise<StoredFleet>
  /**
   * All of the changes or none, durable when it resolves; returns the events that were added, with their ids.
   * Commits that arrive together share one transaction. Errors: STORE_FULL, STORE_FAILED.
   */
  commit(changes: readonly StoreChange[]): Promise<readonly EventRecord[]>
  events(query: EventQuery): Promise<readonly EventRecord[]>
  /**
   * A consistent copy while the store stays in use, after all of it was checked: a copy of what is damaged would push out a good one.
   * Throws STORE_CORRUPT, STORE_FULL, STORE_FAILED; then there is no file.
   */
  backup(file: string): Promise<void>
  /** Keeps the newest events only. */
  pruneEvents(keep: number): Promise<void>
}
