import type { PeerServer } from '../../../shared/diagnosis/mesh.ts'
import { pause } from '../../../shared/lifecycle/deadline.ts'
import type { Environment } from '../../observe/run-bounded.ts'
import { busyMbps } from './busy.ts'
import { deviceFacts } from './device.ts'
import { freePort, type IperfServer, startIperfServer } from './iperf-server.ts'
import { routeTo } from './route.ts'
import type { NetworkTools } from './tools.ts'

export interface ServeOptions {
  readonly tools: NetworkTools
  readonly address: string
  /** Who may connect. */
  readonly peers: readonly string[]
  readonly environment: Environment
}

const restartPauseMs = 200
/** A stranger who comes again and again gets no more than this; then the measurement fails rather than the host. */
const mostRestarts = 20

/**
 * The far end of probes: says its port, then serves until the signal aborts. iperf3 knows no list of who may connect, so a server that a
 * stranger reaches is killed at once and started again. Rejects with COMMAND_MISSING and LAUNCH_FAILED.
 */
export async function* servePeers({ tools, address, peers, environment }: ServeOptions, signal: AbortSignal): AsyncGenerator<PeerServer> {
  const allowed = new Set(peers)
  const port = await freePort(address)
  const route = await routeTo(tools, peers[0] ?? address, signal)
  const device = route.kind === 'route' ? route.route.device : undefined
  const facts = device === undefined ? undefined : await deviceFacts(tools.files, device)
  const busy = device === undefined ? null : await busyMbps(tools.files, device, signal)
  const start = async (): Promise<{ readonly server: IperfServer; readonly strange: Promise<void> }> => {
    const strange = Promise.withResolvers<void>()
    const onPeer = (peer: string) => {
      if (!allowed.has(peer)) strange.resolve()
    }
    return { server: await startIperfServer({ address, port, environment, onPeer }), strange: strange.promise }
  }

  let { server, strange } = await start()
  const aborted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
  try {
    yield { port, linkMbps: facts?.linkMbps ?? null, mtuBytes: facts?.mtuBytes ?? null, busyMbps: busy }
    for (let restarts = 0; restarts < mostRestarts; restarts++) {
      await Promise.race([aborted, server.ended, strange])
      if (signal.aborted) return
      await server[Symbol.asyncDispose]()
      await pause(restartPauseMs, signal)
      if (signal.aborted) return
      ;({ server, strange } = await start())
    }
    await aborted
  } finally {
    await server[Symbol.asyncDispose]()
  }
}
