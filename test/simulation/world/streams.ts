import { EventEmitter } from 'node:events'
import { Metadata, status } from '@grpc/grpc-js'
import type { Connection, End } from './network.ts'

/** How messages of one service travel, both ways: as the very bytes of the contract. */
export interface Codec {
  readonly requestSerialize: (message: never) => Buffer
  readonly requestDeserialize: (bytes: Buffer) => unknown
  readonly responseSerialize: (message: never) => Buffer
  readonly responseDeserialize: (bytes: Buffer) => unknown
}

type Message = { readonly bytes: Buffer } | { readonly refused: unknown }

/** A client's stream of gRPC over a connection of the simulated network. */
export class ClientStream extends EventEmitter {
  #connection: Connection | undefined
  readonly #codec: Codec

  constructor(codec: Codec, connect: (end: End) => Connection) {
    super()
    this.#codec = codec
    const end: End = {
      received: (message) => {
        const sent = message as Message
        if ('bytes' in sent) this.emit('data', codec.responseDeserialize(sent.bytes))
        else this.#fail(Object.assign(new Error('refused'), { metadata: new Metadata() }, sent.refused))
      },
      ended: (why) =>
        why === ''
          ? this.emit('end')
          : this.#fail(Object.assign(new Error(why), { code: status.UNAVAILABLE, details: why, metadata: new Metadata() })),
    }
    this.#connection = connect(end)
  }

  write(message: unknown): boolean {
    this.#connection?.send('client', { bytes: this.#codec.requestSerialize(message as never) })
    return true
  }

  cancel(): void {
    this.#connection?.close('client', 'cancelled')
    this.#connection = undefined
  }

  #fail(error: Error): void {
    this.#connection?.close('client', 'cancelled')
    this.#connection = undefined
    this.emit('error', error)
  }
}

/** The server's end of it. An error that is emitted on it is what the client gets. */
export class ServerStream extends EventEmitter {
  readonly #connection: Connection
  readonly #codec: Codec
  readonly listening: End

  constructor(codec: Codec, connection: Connection) {
    super()
    this.#codec = codec
    this.#connection = connection
    this.listening = {
      received: (message) => {
        if ('bytes' in (message as Message)) this.emit('data', codec.requestDeserialize((message as { bytes: Buffer }).bytes))
      },
      ended: () => this.emit('cancelled'),
    }
  }

  write(message: unknown): boolean {
    this.#connection.send('server', { bytes: this.#codec.responseSerialize(message as never) })
    return true
  }

  end(): void {
    this.#connection.close('server', '')
  }

  override emit(event: string, ...args: unknown[]): boolean {
    if (event === 'error') this.#connection.send('server', { refused: args[0] })
    return super.emit(event, ...args)
  }
}
