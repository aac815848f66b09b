/**
 * Keeps retries to a share of the requests in the long run, so that a fleet in trouble is not finished off by them, with a reserve
 * large enough for all that one dying replica had in flight. Counted in thousandths, so that it stays an integer.
 */
export class RetryBudget {
  readonly #earned: number
  readonly #capacity: number
  #balance: number

  constructor(policy: { readonly budgetRatio: number; readonly budgetBurst: number }) {
    this.#earned = Math.round(policy.budgetRatio * 1000)
    this.#capacity = policy.budgetBurst * 1000
    this.#balance = this.#capacity
  }

  /** A new request came in. */
  earn(): void {
    this.#balance = Math.min(this.#capacity, this.#balance + this.#earned)
  }

  /** Pays for one retry, or says that it cannot be paid. */
  spend(): boolean {
    if (this.#balance < 1000) return false
    this.#balance -= 1000
    return true
  }
}
