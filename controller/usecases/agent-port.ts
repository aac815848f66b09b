import type { AgentAsk } from '../../shared/fleet/ask.ts'
import type { HostSpec } from '../../shared/fleet/replica.ts'

/** What the controller can say to one connected agent. Nothing here waits. */
export interface AgentPort {
  sendSpec(spec: HostSpec): void
  /** The answer comes on a stream of its own under requestId. */
  ask(requestId: string, ask: AgentAsk, deadlineMs: number): void
  cancelRequest(requestId: string): void
  close(reason: string): void
}
