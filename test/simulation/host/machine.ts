import type { Probe } from '../../../agent/reconcile/http-probe.ts'
import type { Machine } from '../../../agent/reconcile/machine.ts'
import type { Process } from '../world/process.ts'
import type { Host } from './host.ts'

const answers =
  (host: Host, process: Process): Probe =>
  async (ask, signal) => {
    const port = Number(ask.origin.slice(ask.origin.lastIndexOf(':') + 1))
    const { promise: late, resolve: isLate } = Promise.withResolvers<{ readonly failure: string }>()
    const cancel = process.timers.after(ask.timeoutMs, () => isLate({ failure: `no answer within ${ask.timeoutMs} ms` }))
    signal.addEventListener('abort', () => isLate({ failure: 'aborted' }), { once: true })
    const goMs = host.random.latency(1)
    const workMs = ask.method === 'POST' ? host.random.latency(400) : host.random.latency(1)
    const asked = process.call(goMs, workMs, () => {
      const engine = host.at(port)
      if (!engine || engine.stopping) return { failure: `connect ECONNREFUSED ${ask.origin}` }
      if (engine.hangs) return undefined
      if (!engine.loaded) return { status: 503, excerpt: 'Loading model' }
      if (ask.method === 'POST' && engine.behaviour === 'warm-fails') return { status: 500, excerpt: 'CUDA error' }
      return { status: 200, excerpt: '' }
    })
    const answer = await Promise.race([asked, late])
    // A server that hangs takes the connection and says nothing.
    const result = answer ?? (await late)
    cancel()
    return result
  }

/** The machine that an agent runs on, as far as reconciling touches it. */
export const simulatedMachine = (host: Host, process: Process): Machine => ({
  timers: process.timers,
  files: host.disk.filesFor(process, host.random),
  probe: answers(host, process),
  memoryMiB: () => host.memoryMiB,
  listeningPorts: async () =>
    new Map([...host.engines.values()].filter(({ state }) => state === 'running').map(({ identity }) => [identity.port, ''])),
  describeSocketOwner: async () => '',
  ownerOfProcess: async (pid, candidates) => {
    const engine = [...host.engines.values()].find((one) => one.pid === pid)
    return candidates.find(({ id, pid: main }) => id === engine?.id || main === pid)
  },
  process: async (pid) => ([...host.engines.values()].some((one) => one.pid === pid) ? { name: 'engine', cgroup: '' } : undefined),
  checkReadable: async () => {},
})
