import { join } from 'node:path'
import * as grpc from '@grpc/grpc-js'
import * as loader from '@grpc/proto-loader'
import type { ProtoGrpcType as AgentTypes } from '../../proto/generated/agent.ts'
import type { ProtoGrpcType as AlertTypes } from '../../proto/generated/alert.ts'
import type { ProtoGrpcType as ControlTypes } from '../../proto/generated/control.ts'
import type { ProtoGrpcType as GatewayTypes } from '../../proto/generated/gateway.ts'
import type { ProtoGrpcType as IdentityTypes } from '../../proto/generated/identity.ts'
import { packageRoot } from '../config/package-root.ts'

interface Contracts {
  agent: AgentTypes
  alert: AlertTypes
  control: ControlTypes
  gateway: GatewayTypes
  identity: IdentityTypes
}

const cache = new Map<keyof Contracts, unknown>()

/** The services of one contract file, loaded once. 64-bit integers are numbers, enums strings, absent scalars their defaults. */
export const contract = <Name extends keyof Contracts>(name: Name): Contracts[Name]['hostler']['v1'] => {
  const known = cache.get(name)
  const loaded =
    known ??
    grpc.loadPackageDefinition(
      loader.loadSync(`hostler/v1/${name}.proto`, {
        longs: Number,
        enums: String,
        defaults: true,
        oneofs: true,
        includeDirs: [join(packageRoot, 'proto')],
      }),
    )
  cache.set(name, loaded)
  return (loaded as Contracts[Name]).hostler.v1
}
