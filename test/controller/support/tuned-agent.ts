/** A host at the far end of the wire: a real session of the agent's link, with a tuner that only keeps its settings in memory. */
import { Lease } from '../../../agent/link/lease.ts'
import { type AgentSide, runSession } from '../../../agent/link/session.ts'
import { systemClock } from '../../../shared/clock/clock.ts'
import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import type { AgentAsk } from '../../../shared/fleet/ask.ts'
import type { HostSpec } from '../../../shared/fleet/replica.ts'
import { parseJoinToken } from '../../../shared/identity/join-token.ts'
import { silentLog } from '../../../shared/log/log.ts'
import { controllerChannel } from '../../../shared/rpc/channel.ts'
import { enrolWithToken } from '../../../shared/rpc/enrol.ts'
import { contract } from '../../../shared/rpc/proto.ts'
import type { TuneAnswer, TuneRow } from '../../../shared/tuning/answer.ts'
import type { Setting, TuningProfile } from '../../../shared/tuning/profile.ts'
import { type TuningStatus, untuned } from '../../../shared/tuning/status.ts'
import { meets } from '../../../shared/tuning/value.ts'
import type { TestController } from '../../support/controller.ts'
import { emptyInventory } from '../../support/inventory.ts'

export interface TunedAgent extends AsyncDisposable {
  readonly id: string
  readonly live: Map<string, string>
  readonly specs: readonly HostSpec[]
  readonly asks: readonly AgentAsk[]
  /** Says to the controller how the host is tuned. */
  report(status: TuningStatus): void
}

export interface TunedAgentOptions {
  readonly labels?: Readonly<Record<string, string>>
  /** An agent of a version that knows nothing of tuning. */
  readonly old?: boolean
}

const row = ({ kind, key, comparison, value, reason, source }: Setting, live: string, step: TuneRow['step']): TuneRow => ({
  kind,
  key,
  comparison,
  wanted: value,
  live,
  persisted: [],
  containers: [],
  used: 'unknown',
  usedBy: '',
  state: meets({ key, comparison, value }, live) ? 'holds' : 'differs',
  step,
  before: null,
  message: '',
  reason,
  source,
})

export const joinTunedAgent = async (fleet: TestController, name: string, options: TunedAgentOptions = {}): Promise<TunedAgent> => {
  const { token } = await fleet.control.createToken({ kind: 'host', uses: 1, ttlMs: 0, role: '', name: '' })
  const credentials = await enrolWithToken(parseJoinToken(token), { name, machineId: `m-${name}` })
  const live = new Map([['vm.swappiness', '60']])
  const specs: HostSpec[] = []
  const asks: AgentAsk[] = []
  const listeners = new Set<() => void>()
  let applied: TuningProfile | undefined
  /** Digest of a profile that somebody reverted by hand. */
  let declined = ''
  let status = untuned

  const report = (next: TuningStatus) => {
    status = next
    for (const listener of listeners) listener()
  }
  const rowsOf = (profile: TuningProfile, step: TuneRow['step']): TuneRow[] =>
    profile.settings.map((setting) => {
      const value = live.get(setting.key) ?? setting.value
      return row(setting, value, meets(setting, value) ? 'none' : step)
    })
  const answer = (action: TuneAnswer['action'], rows: readonly TuneRow[]): TuneAnswer => ({
    action,
    profile: status.profile,
    atUnixMs: 1,
    state: status.state,
    message: '',
    rows: [...rows],
    conflicts: [],
  })
  const apply = (profile: TuningProfile) => {
    for (const { key, value } of profile.settings) live.set(key, value)
    applied = profile
    report({ profile: profile.name, digest: profile.digest, state: 'applied', differing: [], message: '', checkedUnixMs: 1 })
  }
  const giveBack = () => {
    if (applied) live.set('vm.swappiness', '60')
    applied = undefined
    if (status.state !== 'none') report(untuned)
  }
  const tune = (ask: Extract<AgentAsk, { readonly kind: 'tune' }>): TuneAnswer => {
    const profile = ask.profile ?? applied
    switch (ask.action) {
      case 'plan':
        return { ...answer('plan', profile ? rowsOf(profile, 'set-and-persist') : []), profile: profile?.name ?? '' }
      case 'status':
        return answer('status', profile ? rowsOf(profile, 'none') : [])
      case 'apply': {
        const wanted = specs.at(-1)?.tuning
        if (!profile) throw new Error('asked to apply nothing')
        if (wanted && wanted.digest !== profile.digest) throw new HostlerError('CONFLICT', `this host is to be tuned to ${wanted.name}`)
        const rows = rowsOf(profile, 'set-and-persist')
        declined = ''
        apply(profile)
        return answer(
          'apply',
          rows.map((one) => ({ ...one, live: one.wanted, state: 'holds' })),
        )
      }
      case 'revert': {
        const rows = (applied?.settings ?? []).map((setting) => row(setting, '60', 'restore'))
        declined = specs.at(-1)?.tuning?.digest ?? ''
        giveBack()
        return answer('revert', rows)
      }
    }
  }
  /** As a host does by itself. */
  const follow = ({ tuning }: HostSpec) => {
    if (!tuning) giveBack()
    else if (tuning.digest !== declined && tuning.digest !== applied?.digest) apply(tuning)
  }
  const side: AgentSide = {
    address: '127.0.0.1',
    bootId: 'b',
    labels: options.labels ?? {},
    inventory: () => emptyInventory,
    onInventory: () => () => {},
    usage: () => ({ gpus: [], gpuAgeMs: 0, gpuProblem: '' }),
    metrics: () => undefined,
    specGeneration: () => specs.at(-1)?.generation ?? 0,
    setSpec: async (spec) => {
      specs.push(spec)
      if (!options.old) follow(spec)
    },
    statuses: () => new Map(),
    onStatus: () => () => {},
    ...(options.old
      ? {}
      : {
          tuning: () => status,
          onTuning: (listener: () => void) => {
            listeners.add(listener)
            return () => listeners.delete(listener)
          },
        }),
    answerers: options.old
      ? {}
      : {
          async *tune(ask) {
            asks.push(ask)
            yield Buffer.from(JSON.stringify(tune(ask)))
          },
        },
  }
  const target = controllerChannel(credentials)
  const client = new (contract('agent').AgentLink)(target.address, target.credentials, target.options)
  const leaving = new AbortController()
  const running = runSession(
    { client, where: target.address, side, lease: new Lease(), clock: systemClock, log: silentLog },
    leaving.signal,
  )
  running.catch(() => {})
  return {
    id: credentials.id,
    live,
    specs,
    asks,
    report,
    async [Symbol.asyncDispose]() {
      leaving.abort()
      await running.catch(() => {})
      client.close()
    },
  }
}
