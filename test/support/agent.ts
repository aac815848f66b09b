/** An agent's end of the wire, the real one, with answers that a test gives it. */
import { Outbox } from '../../agent/diagnose/outbox.ts'
import { Lease } from '../../agent/link/lease.ts'
import { runLink } from '../../agent/link/link.ts'
import { systemClock } from '../../shared/clock/clock.ts'
import type { HostDiagnosis } from '../../shared/diagnosis/host-diagnosis.ts'
import type { Answerers } from '../../shared/fleet/ask.ts'
import type { Inventory } from '../../shared/fleet/inventory.ts'
import { parseJoinToken } from '../../shared/identity/join-token.ts'
import { silentLog } from '../../shared/log/log.ts'
import { enrolWithToken } from '../../shared/rpc/enrol.ts'
import { eventually } from '../lab/wait.ts'
import type { TestController } from './controller.ts'
import { emptyInventory } from './inventory.ts'

export interface TestAgent extends AsyncDisposable {
  readonly name: string
  /** Sends what the agent found by itself. */
  report(diagnosis: HostDiagnosis): void
  /** Ends its session, as when the agent stops. */
  stop(): Promise<void>
}

export interface TestAgentOptions {
  readonly name: string
  readonly answerers?: Answerers
  readonly gpus?: Inventory['gpus']
}

/** Joins the fleet as a host, and stays until it is disposed of. Resolves once the controller shows it as ready. */
export const joinAgent = async (fleet: TestController, { name, answerers = {}, gpus = [] }: TestAgentOptions): Promise<TestAgent> => {
  const { token } = await fleet.control.createToken({ kind: 'host', uses: 1, ttlMs: 0, role: '', name: '' })
  const credentials = await enrolWithToken(parseJoinToken(token), { name, machineId: `machine-${name}` })
  const stopping = new AbortController()
  const outbox = new Outbox()
  const never = () => () => {}
  const running = runLink(
    {
      credentials: () => credentials,
      lease: new Lease(),
      outbox,
      clock: systemClock,
      random: () => 0,
      log: silentLog,
      side: {
        address: '127.0.0.1',
        bootId: 'boot',
        labels: {},
        inventory: () => ({ ...emptyInventory, hostname: name, gpus }),
        onInventory: never,
        usage: () => ({ gpus: [], gpuAgeMs: 0, gpuProblem: '' }),
        metrics: () => undefined,
        specGeneration: () => 0,
        setSpec: async () => {},
        statuses: () => new Map(),
        onStatus: never,
        answerers,
      },
    },
    stopping.signal,
  )
  const stop = async () => {
    stopping.abort()
    await running
  }
  await eventually(
    async () => {
      const { hosts } = await fleet.control.fleet(['hosts'])
      return hosts.some((host) => host.name === name && host.state === 'ready')
    },
    { deadlineMs: 20_000, what: `${name} to be ready` },
  )
  return { name, report: (diagnosis) => outbox.put(diagnosis), stop, [Symbol.asyncDispose]: stop }
}
