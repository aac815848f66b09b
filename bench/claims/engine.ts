/** An engine that batches continuously: all sequences in the batch go on together, each more slowly the more there are; the rest waits in its own line. */
export interface Work {
  /** Its length, prompt and answer, in steps of the engine. */
  readonly steps: number
  readonly onEnd: (atMs: number) => void
}

interface Running {
  readonly work: Work
  /** The engine's progress at which it is done. */
  readonly endStep: number
}

export interface EngineShape {
  readonly slots: number
  /** Of a step with one sequence. */
  readonly stepMs: number
  /** How much longer a step takes with each further sequence, as a share. */
  readonly slowdownPerSequence: number
}

/** A step of a full batch, in milliseconds. */
export const fullStepMs = ({ slots, stepMs, slowdownPerSequence }: EngineShape): number => stepMs * (1 + slowdownPerSequence * (slots - 1))

export class SimulatedEngine {
  readonly #shape: EngineShape
  #running: Running[] = []
  #waiting: Work[] = []
  #atMs = 0
  #step = 0

  constructor(shape: EngineShape) {
    this.#shape = shape
  }

  start(work: Work, nowMs: number): void {
    this.#advance(nowMs)
    if (this.#running.length < this.#shape.slots) this.#running.push({ work, endStep: this.#step + work.steps })
    else this.#waiting.push(work)
  }

  /** Its client has left. */
  cancel(work: Work, nowMs: number): void {
    this.#advance(nowMs)
    this.#waiting = this.#waiting.filter((other) => other !== work)
    this.#running = this.#running.filter((running) => running.work !== work)
    this.#fill()
  }

  /** When the next sequence ends if nothing else happens; infinite when there is none. */
  nextEndMs(): number {
    let least = Number.POSITIVE_INFINITY
    for (const { endStep } of this.#running) if (endStep < least) least = endStep
    return this.#atMs + (least - this.#step) * this.#msPerStep()
  }

  /** Ends what is done by now. */
  endDue(nowMs: number): void {
    this.#advance(nowMs)
    const done = this.#running.filter(({ endStep }) => endStep <= this.#step + 1e-9)
    if (done.length === 0) return
    this.#running = this.#running.filter((running) => !done.includes(running))
    this.#fill()
    for (const { work } of done) work.onEnd(nowMs)
  }

  #fill(): void {
    while (this.#running.length < this.#shape.slots) {
      const work = this.#waiting.shift()
      if (!work) return
      this.#running.push({ work, endStep: this.#step + work.steps })
    }
  }

  #msPerStep(): number {
    const { stepMs, slowdownPerSequence } = this.#shape
    return stepMs * (1 + slowdownPerSequence * Math.max(0, this.#running.length - 1))
  }

  #advance(nowMs: number): void {
    if (this.#running.length > 0) this.#step += (nowMs - this.#atMs) / this.#msPerStep()
    this.#atMs = nowMs
  }
}
