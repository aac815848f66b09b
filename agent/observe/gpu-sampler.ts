import { createInterface } from 'node:readline'
import { failureIn, type Gpu, parseQueryGpu } from 'nvidia-smi-parser'
import { type Clock, systemClock } from '../../shared/clock/clock.ts'
import { errnoOf, messageOf } from '../../shared/errors/hostler-error.ts'
import { backoffMs } from '../../shared/lifecycle/backoff.ts'
import { pause } from '../../shared/lifecycle/deadline.ts'
import { sampledFields, usageFields } from './nvidia-smi.ts'
import { abandonChild, type Environment, type OutputChild, startChild } from './run-bounded.ts'

export interface GpuSamplerOptions {
  readonly program?: string
  readonly environment: Environment
  readonly intervalMs?: number
  /** Past an interval and this without a line, the loop counts as hanging and is replaced. */
  readonly deadlineMs?: number
  readonly clock?: Clock
}

/** The newest figures. problem is empty while they come as they should. */
export interface GpuSample {
  readonly gpus: readonly Gpu[]
  readonly atMonotonicMs: number
  readonly problem: string
}

const restart = { firstMs: 1000, factor: 2, capMs: 60_000 }
const longestLine = 4096
const unknownField = /Field "([\w.]{1,100})" is not a valid field to query/
/** Drivers before 535 have the older name. */
const olderName: Readonly<Record<string, string>> = { 'clocks_event_reasons.active': 'clocks_throttle_reasons.active' }
const indispensable: ReadonlySet<string> = new Set(usageFields)

/**
 * GPU figures from one nvidia-smi that loops, instead of one process a sample: on an H200 a sample of the loop costs 0.25 ms of
 * CPU, a process of its own 20 ms and a full report 66 ms. A loop that ends or hangs is replaced with backoff; one that survives
 * SIGKILL is waited for in the background, so that hanging processes do not pile up.
 */
export class GpuSampler implements AsyncDisposable {
  readonly #program: string
  readonly #environment: Environment
  readonly #intervalMs: number
  readonly #silenceMs: number
  readonly #clock: Clock
  readonly #closing = new AbortController()
  readonly #running: Promise<void>
  readonly #rows = new Map<string, Gpu>()
  /** By index: what was said last. A GPU at rest says the same again and again. */
  readonly #read = new Map<string, { readonly line: string; readonly gpu: Gpu }>()
  #sorted: readonly Gpu[] | undefined
  #seen = new Set<string>()
  #fields: readonly string[] = sampledFields
  #lastIndex = -1
  #atMonotonicMs: number | undefined
  #problem = ''

  constructor(options: GpuSamplerOptions) {
    this.#program = options.program ?? 'nvidia-smi'
    this.#environment = options.environment
    this.#intervalMs = options.intervalMs ?? 5000
    this.#silenceMs = this.#intervalMs + (options.deadlineMs ?? 15_000)
    this.#clock = options.clock ?? systemClock
    this.#running = this.#keepRunning(this.#closing.signal)
  }

  /** Undefined until the first sample; `problem` says why when there is a known reason. */
  current(): { readonly sample: GpuSample | undefined; readonly problem: string } {
    if (this.#atMonotonicMs === undefined) return { sample: undefined, problem: this.#problem }
    this.#sorted ??= [...this.#rows.values()].sort((a, b) => a.index - b.index)
    return { sample: { gpus: this.#sorted, atMonotonicMs: this.#atMonotonicMs, problem: this.#problem }, problem: this.#problem }
  }

  /** Stops the loop; the process is killed and not awaited. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort()
    await this.#running
  }

  async #keepRunning(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; failures += 1) {
      const before = this.#atMonotonicMs
      const asked = this.#fields
      await this.#oneLoop(signal)
      if (this.#fields !== asked) {
        failures = -1
        continue
      }
      if (this.#atMonotonicMs !== before) failures = 0
      await pause(backoffMs(failures, restart), signal)
    }
  }

  /** One looping process, until it has ended; a wedged one holds this up until it is gone or the sampler closes. */
  async #oneLoop(signal: AbortSignal): Promise<void> {
    const { promise: ended, resolve: end } = Promise.withResolvers<void>()
    let child: OutputChild
    try {
      const query = [`--query-gpu=${this.#fields.join(',')}`, '--format=csv,noheader,nounits', '-lms', String(this.#intervalMs)]
      child = startChild(this.#program, query, this.#environment)
    } catch (thrown) {
      this.#problem = `${this.#program} could not be run: ${messageOf(thrown)}`
      return
    }
    let explained = false
    const explain = (problem: string) => {
      if (!explained) this.#problem = problem
      explained = true
    }
    const watch = setTimeout(() => {
      explain(`${this.#program} printed nothing for ${this.#silenceMs} ms`)
      abandonChild(child)
    }, this.#silenceMs)
    const onAbort = () => {
      abandonChild(child)
      end()
    }
    signal.addEventListener('abort', onAbort, { once: true })
    let said = ''
    const onLine = (line: string) => {
      if (line.length > longestLine) return
      if (line.trim() !== '') said = line.trim()
      if (this.#take(line)) watch.refresh()
    }
    createInterface({ input: child.stdout }).on('line', onLine)
    createInterface({ input: child.stderr }).on('line', onLine)
    child.on('error', (error) => {
      explain(errnoOf(error) === 'ENOENT' ? `${this.#program} is not installed` : `${this.#program} could not be run: ${error.message}`)
      end()
    })
    child.on('close', (code) => {
      this.#dropField(unknownField.exec(said)?.[1])
      explain(failureIn(said)?.message ?? `${this.#program} ended with exit code ${code ?? 'none'}: ${said.slice(0, 200)}`)
      end()
    })
    await ended
    clearTimeout(watch)
    signal.removeEventListener('abort', onAbort)
  }

  /** A field that the driver does not know is asked for by its older name, or not at all. */
  #dropField(unknown: string | undefined): void {
    if (unknown === undefined || indispensable.has(unknown)) return
    const older = olderName[unknown]
    this.#read.clear()
    this.#fields = this.#fields.flatMap((field) => (field !== unknown ? [field] : older === undefined ? [] : [older]))
  }

  /** Takes one line in; true when it was a sample of a GPU. A GPU that a whole round leaves out is gone. */
  #take(line: string): boolean {
    const gpu = this.#gpuOf(line)
    if (gpu?.uuid === undefined) {
      this.#problem = failureIn(line)?.message ?? this.#problem
      return false
    }
    if (gpu.index <= this.#lastIndex) {
      for (const uuid of this.#rows.keys()) if (!this.#seen.has(uuid)) this.#rows.delete(uuid)
      this.#seen = new Set()
      this.#problem = ''
    }
    if (this.#atMonotonicMs === undefined) this.#problem = ''
    this.#lastIndex = gpu.index
    this.#seen.add(gpu.uuid)
    this.#rows.set(gpu.uuid, gpu)
    this.#sorted = undefined
    this.#atMonotonicMs = this.#clock.monotonicMs()
    return true
  }

  #gpuOf(line: string): Gpu | undefined {
    const index = line.slice(0, line.indexOf(','))
    const before = this.#read.get(index)
    if (before?.line === line) return before.gpu
    const result = parseQueryGpu(line, this.#fields)
    const gpu = result.ok ? result.value[0]?.gpu : undefined
    if (gpu) this.#read.set(index, { line, gpu })
    return gpu
  }
}
