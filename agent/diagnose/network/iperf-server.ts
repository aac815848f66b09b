import { createServer } from 'node:net'
import { userInfo } from 'node:os'
import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import { withDeadline } from '../../../shared/lifecycle/deadline.ts'
import { abandonChild, type Environment, type OutputChild, startChild } from '../../observe/run-bounded.ts'

export interface ServerOptions {
  /** This host's own address; nothing listens elsewhere. */
  readonly address: string
  readonly port: number
  readonly environment: Environment
  /** An address that connected. */
  readonly onPeer: (address: string) => void
}

export interface IperfServer extends AsyncDisposable {
  /** Resolves when the server has ended, for whatever reason. */
  readonly ended: Promise<void>
}

const startMs = 5_000
const goneMs = 2_000

/** A port that the kernel says is free at this address. */
export const freePort = async (address: string): Promise<number> => {
  const server = createServer()
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  server.once('error', (error) =>
    reject(new HostlerError('CONFLICT', `nothing can listen at ${address}: ${error.message}; is it an address of this host?`)),
  )
  server.listen({ host: address, port: 0 }, () => {
    const bound = server.address()
    server.close(() => resolve(typeof bound === 'object' && bound !== null ? bound.port : 0))
  })
  return promise
}

/** It listens to the network and needs no right, so root gives up what it has. The signal comes when the parent dies. */
const confined = (uid: number): readonly string[] => [
  ...(uid === 0 ? ['--reuid', '65534', '--regid', '65534', '--clear-groups'] : []),
  ...['--no-new-privs', '--pdeathsig', 'KILL'],
]

/** An IPv4 address as iperf3 may write it when its socket speaks IPv6. */
const plain = (address: string): string => address.replace(/^::ffff:/, '')

/**
 * Starts `iperf3 -s`, which serves one test at a time. It dies with this process, however that ends. Throws COMMAND_MISSING, and
 * LAUNCH_FAILED with what it said.
 */
export const startIperfServer = async ({ address, port, environment, onPeer }: ServerOptions): Promise<IperfServer> => {
  const server = ['iperf3', '-s', '--forceflush', '-B', address, '-p', `${port}`]
  const child = startChild('setpriv', [...confined(userInfo().uid), '--', ...server], environment)
  const listening = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<void>()
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-4_000)
    if (/Server listening on/.test(output)) listening.resolve()
    for (const [, peer] of text.matchAll(/Accepted connection from ([^\s,]+)/g)) if (peer !== undefined) onPeer(plain(peer))
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-4_000)
  })
  child.once('error', () => {
    listening.reject(missing('setpriv', 'util-linux'))
    ended.resolve()
  })
  child.once('close', () => {
    listening.reject(
      /failed to execute|No such file/.test(output)
        ? missing('iperf3', 'iperf3')
        : new HostlerError('LAUNCH_FAILED', `iperf3 -s ended before it listened: ${output.trim().slice(0, 300)}`),
    )
    ended.resolve()
  })
  try {
    await withDeadline(listening.promise, startMs, 'iperf3 -s')
  } catch (error) {
    abandonChild(child)
    throw error
  }
  return { ended: ended.promise, [Symbol.asyncDispose]: () => stop(child, ended.promise) }
}

const stop = async (child: OutputChild, ended: Promise<void>): Promise<void> => {
  abandonChild(child)
  await withDeadline(ended, goneMs, 'the end of iperf3').catch(() => {})
}

const missing = (program: string, name: string): HostlerError =>
  new HostlerError('COMMAND_MISSING', `${program} is not installed on this host; apt-get install -y ${name}`, {
    fields: { program, package: name },
  })
