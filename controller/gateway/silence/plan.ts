/**
 * Whether a replica that owes answers and says nothing is still there. A long prefill says nothing for minutes and is legal; a host whose
 * cable was pulled says nothing either, and no connection to it ever fails. A bare TCP connection, which the kernel there accepts whatever
 * its engine does, tells the two apart. Pure.
 */

export interface SilencePolicy {
  /** 0: no replica is ever asked. */
  readonly afterMs: number
  readonly probeTimeoutMs: number
}

/** What is seen of a replica at a moment. */
export interface Seen {
  /** Grows with each piece of an answer and each connection that it took. */
  readonly signs: number
  readonly outstanding: number
  /** New requests may come to it, or could but for its silence. */
  readonly member: boolean
  /** Monotonic. */
  readonly nowMs: number
}

export interface Silence {
  readonly signs: number
  /** When its signs were last seen to have grown, or the watch began. */
  readonly sinceMs: number
  /** Probes in a row that failed. */
  readonly failed: number
  /** When the last probe began. */
  readonly probedMs: number
}

export const begun = ({ signs, nowMs }: Seen): Silence => ({ signs, sinceMs: nowMs, failed: 0, probedMs: Number.NEGATIVE_INFINITY })

export type Step = 'look again' | 'probe' | 'stop'

/** How often to look: often enough that little is added to the silence that is allowed. */
export const lookEveryMs = ({ afterMs }: SilencePolicy): number => Math.max(1, Math.floor(afterMs / 4))

/**
 * A replica is probed when it owes an answer and was silent for `afterMs`. One that failed a probe is probed until it passes one, also
 * while it owes nothing: else a client's request would have to find out.
 */
export const afterLook = (silence: Silence, seen: Seen, { afterMs }: SilencePolicy): { readonly silence: Silence; readonly step: Step } => {
  const { signs, outstanding, member, nowMs } = seen
  if (signs !== silence.signs)
    return { silence: { ...silence, signs, sinceMs: nowMs, failed: 0 }, step: outstanding > 0 ? 'look again' : 'stop' }
  const rested = nowMs - silence.probedMs >= afterMs
  const wanted = outstanding > 0 || (member && silence.failed > 0)
  if (!wanted) return { silence, step: 'stop' }
  const suspicious = silence.failed > 0 || nowMs - silence.sinceMs >= afterMs
  return suspicious && rested ? { silence: { ...silence, probedMs: nowMs }, step: 'probe' } : { silence, step: 'look again' }
}

/** there: somebody answered. gone: nobody did. unclear: it could not be asked, for a reason of the gateway's own. */
export type Finding = 'there' | 'gone' | 'unclear'

const gone: ReadonlySet<string> = new Set(['ETIMEDOUT', 'EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH'])

/**
 * What the end of a probe means. An engine that is asked to stop closes its listener before it has answered everybody, so from a
 * replica that drains a refusal is a sign of life.
 * @param code of the error; '' when the connection was taken
 */
export const findingOf = (code: string, draining: boolean): Finding => {
  if (code === '') return 'there'
  if (code === 'ECONNREFUSED') return draining ? 'there' : 'gone'
  return gone.has(code) ? 'gone' : 'unclear'
}

/**
 * rest: no new request goes there. take back: its requests go elsewhere, and answers in the middle are broken off. return: new requests may
 * try it. nothing: all stays as it is.
 */
export type Verdict = 'nothing' | 'rest' | 'take back' | 'return'

/** One failed probe may be a lost packet; the second in a row, with no byte in between, is believed. */
export const afterProbe = (silence: Silence, finding: Finding, seen: Seen): { readonly silence: Silence; readonly verdict: Verdict } => {
  const { signs, nowMs } = seen
  if (finding === 'unclear') return { silence, verdict: 'nothing' }
  const alive = finding === 'there' || signs !== silence.signs
  if (alive) {
    const sinceMs = signs === silence.signs ? silence.sinceMs : nowMs
    return { silence: { ...silence, signs, sinceMs, failed: 0 }, verdict: silence.failed > 0 ? 'return' : 'nothing' }
  }
  return { silence: { ...silence, failed: silence.failed + 1 }, verdict: silence.failed === 0 ? 'rest' : 'take back' }
}

/** How long a failed probe is believed at most: until the next one has told. */
export const believedMs = (policy: SilencePolicy): number => policy.afterMs + policy.probeTimeoutMs + 2 * lookEveryMs(policy)
