import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Snapshot } from '../../shared/fleet/membership.ts'
import type { FromGateway, GatewayState, ToGateway } from './gateway/main.ts'

/** What the gateway's own log says of requests, by their ids. */
export interface Told {
  readonly outcome: string
  readonly status: number
}

export interface GatewayProcess extends AsyncDisposable {
  readonly port: number
  readonly told: ReadonlyMap<string, readonly Told[]>
  apply(snapshot: Snapshot): void
  state(collectGarbage?: boolean): Promise<GatewayState>
}

export const startGatewayProcess = async (): Promise<GatewayProcess> => {
  const child = fork(join(import.meta.dirname, 'gateway/main.ts'), {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const told = new Map<string, Told[]>()
  if (child.stdout)
    createInterface(child.stdout).on('line', (line) => {
      const { message, requestId, outcome, status } = JSON.parse(line) as Told & { message: string; requestId: string }
      if (message !== 'request') return
      const lines = told.get(requestId)
      if (lines) lines.push({ outcome, status })
      else told.set(requestId, [{ outcome, status }])
    })
  const tell = (message: ToGateway) => child.send(message)
  const [port] = (await once(child, 'message')) as [number]
  let number = 0
  const asked = new Map<number, (state: GatewayState) => void>()
  child.on('message', ({ number: answered, state }: FromGateway) => {
    asked.get(answered)?.(state)
    asked.delete(answered)
  })
  return {
    port,
    told,
    apply: (snapshot) => void tell({ apply: snapshot }),
    state(collectGarbage = false) {
      const { promise, resolve } = Promise.withResolvers<GatewayState>()
      asked.set(++number, resolve)
      tell({ ask: collectGarbage ? 'state after collecting garbage' : 'state', number })
      return promise
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return
      const ended = once(child, 'exit')
      if (child.connected) tell({ ask: 'end' })
      await ended
    },
  }
}
