/** Who is not told of which alert: silences of people, and alerts that others explain. Pure. */
import { matches } from './labels.ts'
import { type Alert, matchedLabels, type Silence } from './model.ts'
import type { AlertRule } from './rule.ts'

export interface Mute {
  /** Ids of the silences that cover it. */
  readonly silencedBy: readonly string[]
  /** Ids of the firing alerts that explain it. */
  readonly inhibitedBy: readonly string[]
}

const nothing: Mute = { silencedBy: [], inhibitedBy: [] }

export const isMuted = ({ silencedBy, inhibitedBy }: Mute): boolean => silencedBy.length + inhibitedBy.length > 0

/** Made once a look, asked for each alert. */
export const muteOf = (
  alerts: ReadonlyMap<string, Alert>,
  rules: ReadonlyMap<string, AlertRule>,
  silences: Iterable<Silence>,
  nowUnixMs: number,
): ((alert: Alert) => Mute) => {
  const inForce = [...silences].filter(({ startsUnixMs, endsUnixMs }) => startsUnixMs <= nowUnixMs && nowUnixMs < endsUnixMs)
  const firing = new Map<string, Alert[]>()
  for (const alert of alerts.values()) if (alert.state === 'firing') firing.set(alert.rule, [...(firing.get(alert.rule) ?? []), alert])
  return (alert) => {
    const labels = matchedLabels(alert)
    const silencedBy = inForce.filter(({ matchers }) => matches(labels, matchers)).map(({ id }) => id)
    const inhibitedBy = (rules.get(alert.rule)?.inhibitedBy ?? []).flatMap(({ rule, equal }) =>
      (firing.get(rule) ?? [])
        .filter((cause) => cause.id !== alert.id && equal.every((label) => (cause.labels[label] ?? '') === (alert.labels[label] ?? '')))
        .map(({ id }) => id),
    )
    return silencedBy.length + inhibitedBy.length === 0 ? nothing : { silencedBy, inhibitedBy }
  }
}
