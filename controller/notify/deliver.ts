import { HostlerError } from '../../shared/errors/hostler-error.ts'
import type { Notice } from '../domain/alert/model.ts'
import type { AlertReceiver } from '../domain/alert/receiver-schema.ts'
import { deliverAlertmanager } from './alertmanager.ts'
import { deliverEmail } from './email.ts'
import type { ReadSecret } from './secrets-directory.ts'
import { deliverWebhook } from './webhook.ts'

export interface Surroundings {
  readonly secret: ReadSecret
  readonly nowUnixMs: () => number
  readonly signal: AbortSignal
}

/** One attempt, within the receiver's timeout. Resolves with what to say of it when it was taken; rejects with NOTICE_FAILED. Safe to repeat. */
export type Deliver<Block> = (block: Block, receiver: AlertReceiver, notice: Notice, surroundings: Surroundings) => Promise<string>

export const deliver = (receiver: AlertReceiver, notice: Notice, surroundings: Surroundings): Promise<string> => {
  const { webhook, email, alertmanager } = receiver
  if (webhook) return deliverWebhook(webhook, receiver, notice, surroundings)
  if (email) return deliverEmail(email, receiver, notice, surroundings)
  if (alertmanager) return deliverAlertmanager(alertmanager, receiver, notice, surroundings)
  throw new HostlerError('INTERNAL', `the receiver ${receiver.name} has no way to be told`)
}
