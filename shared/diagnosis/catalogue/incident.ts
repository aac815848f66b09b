/** What is found only when the events of several sources, or several hosts, are put together. */
export const incidentChecks = [] as const

export type IncidentFindings = Record<never, never>
/** Why an event that could have been the cause is not. `event` is its code, `where` its host and subject. */
export type IncidentCauses = {
  /** It came after what it would have caused. */
  readonly 'incident.came-later': { readonly event: string; readonly where: string; readonly afterMs: number }
  /** It came so long before that it would have shown earlier. */
  readonly 'incident.too-long-before': {
    readonly event: string
    readonly where: string
    readonly beforeMs: number
    readonly mostMs: number
  }
  /** Another GPU, replica, deployment or host. */
  readonly 'incident.elsewhere': { readonly event: string; readonly where: string }
  /** It would explain it too, but something else does so better, or did so earlier. */
  readonly 'incident.weaker': { readonly event: string; readonly where: string; readonly better: string }
}
export type IncidentEvents = Record<never, never>
