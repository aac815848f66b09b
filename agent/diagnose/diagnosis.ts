import type { HostDiagnosis } from '../../shared/diagnosis/host-diagnosis.ts'
import type { Subject, Trigger } from '../../shared/diagnosis/subjects.ts'
import { HostlerError } from '../../shared/errors/hostler-error.ts'
import { Exclusive } from '../../shared/lifecycle/exclusive.ts'
import type { Check } from './check.ts'
import { gpuChecks } from './checks/gpu.ts'
import { hostChecks } from './checks/host.ts'
import { networkChecks } from './checks/network.ts'
import { oomChecks } from './checks/oom.ts'
import { storageChecks } from './checks/storage.ts'
import { type HostContextOptions, hostContext, type Window } from './host-context.ts'
import { plotted } from './plotted.ts'
import { runChecks } from './run-checks.ts'

export interface Wish extends Window {
  readonly subject: Subject
  readonly trigger: Trigger
  /** What broke; empty otherwise. */
  readonly cause: string
}

const checksOf: { readonly [S in Subject]: readonly Check[] } = {
  host: hostChecks,
  gpu: gpuChecks,
  network: networkChecks,
  oom: oomChecks,
  storage: storageChecks,
}

/** Looks at this host, one diagnosis after the other: two at once would measure each other. */
export class Diagnosis {
  readonly #options: HostContextOptions
  readonly #newId: () => string
  readonly #one = new Exclusive()

  constructor(options: HostContextOptions, newId: () => string) {
    this.#options = options
    this.#newId = newId
  }

  /** Rejects only with DEADLINE_EXCEEDED when the signal aborts; what could not be looked at is in the results. */
  run(wish: Wish, signal: AbortSignal): Promise<HostDiagnosis> {
    return this.#one.run('diagnosis', async () => {
      const context = hostContext(this.#options, wish)
      const results = await runChecks(checksOf[wish.subject], context, signal)
      if (signal.aborted) throw new HostlerError('DEADLINE_EXCEEDED', 'the diagnosis was cancelled or ran out of time')
      return {
        id: this.#newId(),
        ...wish,
        results: [...results],
        events: [...context.events()],
        series: plotted(wish.subject).flatMap((metric) => [...context.series(metric)]),
      }
    })
  }
}
