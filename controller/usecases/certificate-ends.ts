import type { Facts } from './facts.ts'

/** When the certificates of hosts and gateways end, as far as it was seen since the start: by what they connect with, and by what they were given. */
export class CertificateEnds {
  readonly #ends = new Map<string, number>()

  /** The later one counts: a session goes on with the old certificate after its holder got a new one. */
  saw(identityId: string, endsUnixMs: number): void {
    if (!Number.isNaN(endsUnixMs)) this.#ends.set(identityId, Math.max(endsUnixMs, this.#ends.get(identityId) ?? 0))
  }

  /** By `host/NAME` and `gateway/NAME`, without those that were revoked. */
  known({ identities }: Facts): ReadonlyMap<string, number> {
    const found = new Map<string, number>()
    for (const [id, endsUnixMs] of this.#ends) {
      const identity = identities.get(id)
      if (identity && !identity.revoked) found.set(`${identity.kind}/${identity.name}`, endsUnixMs)
    }
    return found
  }
}
