import type * as loader from '@grpc/proto-loader'
import test from 'ava'
import fc from 'fast-check'
import { inventoryFromWire, inventoryToWire, usageFromWire, usageToWire } from '../../../../shared/rpc/codec/inventory.ts'
import { hostSpecFromWire, hostSpecToWire, replicaStatusFromWire, replicaStatusToWire } from '../../../../shared/rpc/codec/replica.ts'
import { contract } from '../../../../shared/rpc/proto.ts'
import { hostSpecs, inventories, replicaStatuses, usages } from '../../../arbitraries/fleet.ts'

/** Through the real serialiser of a service that carries the message. */
const throughWire = <T>(method: { requestSerialize: (v: never) => Buffer; requestDeserialize: (b: Buffer) => T }, value: unknown): T =>
  method.requestDeserialize(method.requestSerialize(value as never))

const session = contract('agent').AgentLink.service.Session as unknown as loader.MethodDefinition<
  object,
  object,
  Record<string, never>,
  Record<string, never>
>

const agentMessage = (value: object) => throughWire(session as never, value) as unknown as Record<string, never>
const controllerMessage = (value: object) => session.responseDeserialize(session.responseSerialize(value)) as Record<string, never>

/** Undefined and absent are the same thing on the wire. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

test('a host spec survives the wire unchanged', (t) => {
  fc.assert(
    fc.property(hostSpecs, (spec) => {
      t.deepEqual(plain(hostSpecFromWire(controllerMessage({ spec: hostSpecToWire(spec) }).spec as never)), plain(spec))
    }),
  )
})

test('a replica status survives the wire unchanged, an absent exit code staying absent', (t) => {
  fc.assert(
    fc.property(replicaStatuses, (status) => {
      const received = agentMessage({ status: { version: 1, changed: [replicaStatusToWire(status)] } }).status as unknown as {
        changed: never[]
      }
      t.deepEqual(plain(replicaStatusFromWire(received.changed[0] as never)), plain(status))
    }),
  )
})

test('an inventory and a usage report survive the wire unchanged, absent values staying absent', (t) => {
  fc.assert(
    fc.property(inventories, usages, (inventory, usage) => {
      t.deepEqual(plain(inventoryFromWire(agentMessage({ inventory: inventoryToWire(inventory) }).inventory as never)), plain(inventory))
      const heartbeat = agentMessage({ heartbeat: { usage: usageToWire(usage) } }).heartbeat as unknown as { usage: never }
      t.deepEqual(plain(usageFromWire(heartbeat.usage)), plain(usage))
    }),
  )
})
