import type { Clock } from '../../shared/clock/clock.ts'
import type { EventDraft, EventLevel } from '../domain/model.ts'
import type { StoreChange } from '../store/store.ts'
import type { Ledger } from './ledger.ts'

/** Randomness as a parameter. */
export interface Secrets {
  /** Lower-case letters and digits, for ids that people type. */
  newId(prefix: string): string
  /** 256 bits, printable. */
  newSecret(): string
}

/** What every use case needs. */
export interface UseCaseContext {
  readonly ledger: Ledger
  readonly clock: Clock
  readonly secrets: Secrets
}

export const event = (
  context: UseCaseContext,
  level: EventLevel,
  reason: string,
  subject: string,
  message: string,
): Extract<StoreChange, { kind: 'addEvent' }> => {
  const draft: EventDraft = { level, reason, subject, message }
  return { kind: 'addEvent', event: draft, atUnixMs: context.clock.unixMs() }
}
