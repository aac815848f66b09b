import * as grpc from '@grpc/grpc-js'
import type { Credentials } from '../identity/credentials-file.ts'
import { controllerServerName } from '../identity/subject.ts'

export const maxMessageBytes = 8 * 1024 * 1024

/** Finds a dead peer in 10 s + 5 s on an idle stream, and never queues a call on a channel that cannot connect. */
const channelOptions: grpc.ChannelOptions = {
  'grpc.ssl_target_name_override': controllerServerName,
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.keepalive_permit_without_calls': 1,
  'grpc.initial_reconnect_backoff_ms': 250,
  'grpc.max_reconnect_backoff_ms': 5_000,
  'grpc.max_receive_message_length': maxMessageBytes,
  'grpc.max_send_message_length': maxMessageBytes,
  'grpc.use_local_subchannel_pool': 1,
}

export interface ChannelTarget {
  readonly address: string
  readonly credentials: grpc.ChannelCredentials
  readonly options: grpc.ChannelOptions
}

/** Mutual TLS to the controller that the credentials belong to. */
export const controllerChannel = (credentials: Credentials): ChannelTarget => ({
  address: credentials.controller,
  credentials: grpc.credentials.createSsl(
    Buffer.from(credentials.caPem),
    Buffer.from(credentials.privateKeyPem),
    Buffer.from(credentials.certificatePem),
  ),
  options: channelOptions,
})

/** Server-authenticated TLS for enrolment, with a CA that was pinned before. */
export const enrolmentChannel = (address: string, caPem: string): ChannelTarget => ({
  address,
  credentials: grpc.credentials.createSsl(Buffer.from(caPem)),
  options: channelOptions,
})
