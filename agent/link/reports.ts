import type { AgentLinkClient } from '../../proto/generated/hostler/v1/AgentLink.ts'
import { HostlerError, messageOf } from '../../shared/errors/hostler-error.ts'
import { pause } from '../../shared/lifecycle/deadline.ts'
import type { Log } from '../../shared/log/log.ts'
import { callUnary } from '../../shared/rpc/unary.ts'
import type { Outbox } from '../diagnose/outbox.ts'

const callMs = 30_000
const retryMs = 15_000

export interface ReportsOptions {
  readonly client: AgentLinkClient
  /** `host:port`, for errors. */
  readonly where: string
  readonly outbox: Outbox
  readonly log: Log
}

/** Brings what the agent found by itself to the controller, one after the other, until the signal aborts. Never rejects. */
export const sendReports = async ({ client, where, outbox, log }: ReportsOptions, signal: AbortSignal): Promise<void> => {
  for (;;) {
    const diagnosis = await outbox.next(signal)
    if (!diagnosis) return
    try {
      const document = Buffer.from(JSON.stringify(diagnosis))
      await callUnary(client.Report.bind(client), { document }, { timeoutMs: callMs, where, signal })
      outbox.done(diagnosis.id)
    } catch (error) {
      if (signal.aborted) return
      log.warn('a diagnosis was not taken by the controller', { subject: diagnosis.subject, reason: messageOf(error) })
      // What it refuses once it refuses always; what did not reach it is sent again.
      if (error instanceof HostlerError && error.code === 'ARGUMENT_INVALID') outbox.done(diagnosis.id)
      else if ((await pause(retryMs, signal)) === 'aborted') return
    }
  }
}
