import type { LiveKind, LiveTarget } from '../change.ts'

/** What is found when a value is looked at. */
export type Reading =
  /** limit: of rings, the most that the card has; what `max` means. */
  | { readonly state: 'value'; readonly value: string; readonly limit?: string }
  /** This kernel or machine has no such thing. */
  | { readonly state: 'absent'; readonly why: string }
  | { readonly state: 'unreadable'; readonly why: string }

/** Reads and sets the values of one kind. `write` throws with a sentence for people. */
export interface LiveAccess {
  /** The devices that have one: empty text where there is only one; no element where there is none. */
  devices(key: string): Promise<readonly string[]>
  read(key: string, device: string): Promise<Reading>
  write(key: string, device: string, value: string): Promise<void>
}

/** One access for each kind: a new kind does not compile until it can be read and set. */
export type LiveAccesses = { readonly [K in LiveKind]: LiveAccess }

export const readLive = (accesses: LiveAccesses, { kind, key, device }: LiveTarget): Promise<Reading> => accesses[kind].read(key, device)
