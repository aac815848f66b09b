/** What one report finds that an earlier one did not, and what it no longer finds. Pure. */
import type { FaultReport, HostFinding } from '../../../shared/diagnosis/report.ts'
import { findingsOf } from './findings.ts'

export interface FindingChange {
  /** worse, better: the verdict of a finding that stays. */
  readonly kind: 'new' | 'gone' | 'changed'
  readonly found: HostFinding
  /** Of a finding that stays. */
  readonly before?: HostFinding
}

/** A host that can no longer be looked at, or can again. */
export interface HostChange {
  readonly kind: 'away' | 'back'
  readonly host: string
}

export type ReportChange = FindingChange | HostChange

const keyOf = ({ host, finding: { code, subject } }: HostFinding): string => [host, code, subject].join('\n')

const byKey = (report: FaultReport): ReadonlyMap<string, HostFinding> => new Map(findingsOf(report).map((found) => [keyOf(found), found]))

const away = ({ hosts }: FaultReport): ReadonlySet<string> =>
  new Set(hosts.filter(({ problem }) => problem !== null).map(({ name }) => name))

/** A finding whose figures alone have moved has not changed. */
export const changesBetween = (before: FaultReport, after: FaultReport): readonly ReportChange[] => {
  const [former, present] = [byKey(before), byKey(after)]
  const [wasAway, isAway] = [away(before), away(after)]
  return [
    ...[...isAway].filter((host) => !wasAway.has(host)).map((host) => ({ kind: 'away', host }) as const),
    ...[...wasAway].filter((host) => !isAway.has(host)).map((host) => ({ kind: 'back', host }) as const),
    ...[...present].flatMap(([key, found]): FindingChange[] => {
      const earlier = former.get(key)
      if (!earlier) return [{ kind: 'new', found }]
      return earlier.finding.verdict === found.finding.verdict ? [] : [{ kind: 'changed', found, before: earlier }]
    }),
    // Nothing is gone from a host that could not be looked at.
    ...[...former]
      .filter(([key, { host }]) => !present.has(key) && !isAway.has(host))
      .map(([, found]) => ({ kind: 'gone', found }) as const),
  ]
}
