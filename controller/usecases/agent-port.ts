import type { HostSpec } from '../../shared/fleet/replica.ts'

export interface LogQuery {
  readonly replicaId: string
  /** 0: from the start. */
  readonly tailLines: number
  readonly follow: boolean
  readonly timestamps: boolean
}

/** What the controller can say to one connected agent. Nothing here waits. */
export interface AgentPort {
  sendSpec(spec: HostSpec): void
  /** Asks for logs; the answer comes on a stream of its own under requestId. */
  requestLogs(requestId: string, query: LogQuery, deadlineMs: number): void
  cancelRequest(requestId: string): void
  close(reason: string): void
}
