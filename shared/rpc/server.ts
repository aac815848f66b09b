import * as grpc from '@grpc/grpc-js'
import { HostlerError, messageOf } from '../errors/hostler-error.ts'
import { joinAddress } from '../identity/address.ts'
import { maxMessageBytes } from './channel.ts'

export interface ServerTls {
  readonly privateKeyPem: string
  /** Leaf first, then the CA, so that a first contact can pin the CA. */
  readonly chainPem: string
  readonly caPem: string
  /** Refuse connections without a certificate of the CA. */
  readonly requireClientCertificate: boolean
}

export interface RpcServerOptions {
  readonly host: string
  /** 0: one from the kernel. */
  readonly port: number
  readonly tls: ServerTls
  readonly register: (server: grpc.Server) => void
}

export interface RpcServer extends AsyncDisposable {
  readonly port: number
  /** Lets calls end for up to deadlineMs, then ends them. Streams of agents and gateways only end by force: they reconnect. */
  stop(deadlineMs: number): Promise<void>
}

const serverOptions: grpc.ServerOptions = {
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.keepalive_permit_without_calls': 1,
  'grpc.max_receive_message_length': maxMessageBytes,
  'grpc.max_send_message_length': maxMessageBytes,
}

const bind = (server: grpc.Server, address: string, credentials: grpc.ServerCredentials): Promise<number> => {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  server.bindAsync(address, credentials, (error, port) => {
    if (error) {
      reject(
        new HostlerError(
          'PORT_TAKEN',
          `cannot listen on ${address}: ${messageOf(error)}; free the port or choose another in the configuration`,
          { cause: error },
        ),
      )
    } else resolve(port)
  })
  return promise
}

/** A gRPC server on TLS. Throws PORT_TAKEN. */
export const startRpcServer = async (options: RpcServerOptions): Promise<RpcServer> => {
  const server = new grpc.Server(serverOptions)
  options.register(server)
  const credentials = grpc.ServerCredentials.createSsl(
    Buffer.from(options.tls.caPem),
    [{ private_key: Buffer.from(options.tls.privateKeyPem), cert_chain: Buffer.from(options.tls.chainPem) }],
    options.tls.requireClientCertificate,
  )
  const port = await bind(server, joinAddress(options.host, options.port), credentials)
  const stop = (deadlineMs: number): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const force = setTimeout(() => {
      server.forceShutdown()
      resolve()
    }, deadlineMs)
    server.tryShutdown(() => {
      clearTimeout(force)
      resolve()
    })
    return promise
  }
  return { port, stop, [Symbol.asyncDispose]: () => stop(0) }
}
