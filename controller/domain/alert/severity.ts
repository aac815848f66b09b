/** How soon somebody should look: now, today, some time. The worst first. */
export const severities = ['critical', 'warning', 'info'] as const
export type Severity = (typeof severities)[number]
