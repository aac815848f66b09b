import type { Answerers } from '../../../shared/fleet/ask.ts'
import { type Environment, runBounded } from '../../observe/run-bounded.ts'
import { hostFiles } from '../files.ts'
import { probePeer } from './peer-probe.ts'
import { servePeers } from './peer-serve.ts'
import type { NetworkTools } from './tools.ts'

export interface NetworkOptions {
  /** This host's address in the fleet. */
  readonly address: string
  readonly environment: Environment
}

const mostOutputBytes = 4 * 1024 * 1024

export const networkTools = (environment: Environment): NetworkTools => ({
  files: hostFiles(''),
  run: (program, args, deadlineMs, signal) =>
    runBounded(program, args, { deadlineMs, maxOutputBytes: mostOutputBytes, environment, signal }),
})

/** Both ends of a measurement between two hosts. */
export const networkAnswerers = ({ address, environment }: NetworkOptions): Pick<Answerers, 'peer-serve' | 'peer-probe'> => {
  const tools = networkTools(environment)
  return {
    'peer-serve': async function* ({ peers }, signal) {
      for await (const server of servePeers({ tools, address, peers, environment }, signal)) yield Buffer.from(JSON.stringify(server))
    },
    'peer-probe': async function* (ask, signal) {
      yield Buffer.from(JSON.stringify(await probePeer(tools, { ...ask, source: address }, signal)))
    },
  }
}
