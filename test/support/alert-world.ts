import { join } from 'node:path'
import type { AlertInputs } from '../../controller/domain/alert/inputs.ts'
import type { Notice } from '../../controller/domain/alert/model.ts'
import { alertReceiverSchema } from '../../controller/domain/alert/receiver-schema.ts'
import { alertRuleSchema } from '../../controller/domain/alert/rule-schema.ts'
import { rulesOf } from '../../controller/domain/alert/rules.ts'
import type { HostPresence, HostView } from '../../controller/domain/model.ts'
import { windowOf } from '../../controller/domain/traffic.ts'
import { openSqliteStore } from '../../controller/store/sqlite-store.ts'
import type { Store } from '../../controller/store/store.ts'
import { AlertDispatch } from '../../controller/usecases/alert-dispatch.ts'
import { Alerts } from '../../controller/usecases/alerts.ts'
import type { UseCaseContext } from '../../controller/usecases/context.ts'
import { Ledger } from '../../controller/usecases/ledger.ts'
import { randomSecrets } from '../../controller/usecases/secrets.ts'
import type { Clock } from '../../shared/clock/clock.ts'
import { silentLog } from '../../shared/log/log.ts'
import { scratchDirectory } from './scratch.ts'

/** What the receiver does with what it is sent. crash: it takes it, and the controller ends before it can note that. */
export type Mood = 'takes' | 'refuses' | 'crash'

const hostView = (name: string, presence: HostPresence): HostView => ({
  record: { id: name, name, machineId: '', createdUnixMs: 0, cordoned: false, revoked: false, labels: {}, generation: 0 },
  presence,
  address: '',
  replicas: new Map(),
  synced: true,
  gpus: new Map(),
})

/** Alerts on a real database, with hosts that come and go as a test says, on a clock of the test's own. */
export class AlertWorld implements AsyncDisposable {
  nowUnixMs = Date.UTC(2026, 0, 1)
  mood: Mood = 'takes'
  readonly hosts = new Map<string, HostPresence>()
  /** Everything that a receiver took, repetitions included. */
  readonly taken: { readonly receiver: string; readonly notice: Notice }[] = []
  readonly rules: object[]
  readonly receivers: object[]
  context!: UseCaseContext
  store!: Store
  #alerts!: Alerts
  #dispatch!: AlertDispatch
  #stopping = new AbortController()
  readonly #directory: string
  readonly #owned = new AsyncDisposableStack()

  private constructor(directory: string, rules: readonly object[], receivers: readonly object[]) {
    this.#directory = directory
    this.rules = [...rules]
    this.receivers = [...receivers]
  }

  static async open(rules: readonly object[], receivers: readonly object[]): Promise<AlertWorld> {
    const directory = await scratchDirectory()
    const world = new AlertWorld(directory.path, rules, receivers)
    world.#owned.use(directory)
    await world.#start()
    return world
  }

  async #start(): Promise<void> {
    const clock: Clock = { unixMs: () => this.nowUnixMs, monotonicMs: () => this.nowUnixMs }
    this.store = await openSqliteStore(join(this.#directory, 'hostler.db'), { nowUnixMs: this.nowUnixMs })
    this.context = { ledger: await Ledger.open(this.store), clock, secrets: randomSecrets }
    const receivers = () =>
      new Map(this.receivers.map((one) => alertReceiverSchema.parse({ kind: 'AlertReceiver', ...one })).map((one) => [one.name, one]))
    const rules = () => {
      const own = rulesOf(this.rules.map((one) => alertRuleSchema.parse({ kind: 'AlertRule', ...one }))).rules
      return new Map([...own].filter(([name]) => this.rules.some((one) => 'name' in one && one.name === name)))
    }
    this.#alerts = new Alerts(
      { context: this.context, rules, receivers, inputs: () => this.#inputs() },
      await this.store.alerts.resolved(1_000),
    )
    this.#stopping = new AbortController()
    this.#dispatch = new AlertDispatch({
      context: this.context,
      receivers,
      giveUpMs: 86_400_000,
      log: silentLog,
      send: async ({ name }, notice) => {
        if (this.mood === 'refuses') throw new Error('not now')
        this.taken.push({ receiver: name, notice })
        if (this.mood !== 'crash') return ''
        this.#stopping.abort()
        throw new Error('the controller is gone')
      },
    })
  }

  #inputs(): AlertInputs {
    return {
      nowUnixMs: this.nowUnixMs,
      fleet: {
        deployments: new Map(),
        revisions: new Map(),
        assignments: new Map(),
        hosts: new Map([...this.hosts].map(([name, presence]) => [name, hostView(name, presence)])),
        gateways: [],
        frozen: false,
      },
      reports: new Map(),
      figures: () => undefined,
      traffic: () => windowOf([], { waiting: 0, inFlight: 0, tokensPerSecond: undefined, spanMs: 0 }),
      faults: [],
      certificates: new Map(),
      maintenance: { backupAgeMs: undefined, failed: false },
      growth: () => ({ grown: 0, complete: true }),
    }
  }

  look(): Promise<void> {
    return this.#alerts.look()
  }

  /** Sends what is due. A crash on the way is followed by a start. */
  async send(): Promise<void> {
    this.#dispatch.kick(this.#stopping.signal)
    await this.#dispatch.idle()
    if (!this.#stopping.signal.aborted) return
    this.mood = 'takes'
    await this.restart()
  }

  /** All that was in memory is gone. */
  async restart(): Promise<void> {
    await this.store[Symbol.asyncDispose]()
    await this.#start()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store[Symbol.asyncDispose]()
    await this.#owned.disposeAsync()
  }
}
