import type * as loader from '@grpc/proto-loader'
import test from 'ava'
import fc from 'fast-check'
import { askFromWire, askToWire } from '../../../../shared/rpc/codec/ask.ts'
import { tuningStatusFromWire, tuningStatusToWire } from '../../../../shared/rpc/codec/tuning.ts'
import { contract } from '../../../../shared/rpc/proto.ts'
import { tuneActions } from '../../../../shared/tuning/answer.ts'
import { type TuningStatus, tuningStates } from '../../../../shared/tuning/status.ts'
import { tuningProfiles } from '../../../arbitraries/fleet.ts'

type Message = Record<string, never>
const session = contract('agent').AgentLink.service.Session as unknown as loader.MethodDefinition<object, object, Message, Message>
/** As each side reads what the other wrote. */
const byController = (message: object) => session.requestDeserialize(session.requestSerialize(message as Message)) as unknown as Message
const byAgent = (message: object) => session.responseDeserialize(session.responseSerialize(message)) as Message

const statuses: fc.Arbitrary<TuningStatus> = fc.record({
  profile: fc.string(),
  digest: fc.string(),
  state: fc.constantFrom(...tuningStates),
  differing: fc.array(fc.string(), { maxLength: 5 }),
  message: fc.string(),
  checkedUnixMs: fc.nat(),
})
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

test('how a host is tuned survives the wire unchanged, in the first message and in later ones', (t) => {
  fc.assert(
    fc.property(statuses, (status) => {
      const wire = tuningStatusToWire(status)
      t.deepEqual(plain(tuningStatusFromWire(byController({ tuning: wire }).tuning as never)), plain(status))
      const hello = byController({ hello: { protocol: 1, tuning: wire } }).hello as unknown as { tuning: never }
      t.deepEqual(plain(tuningStatusFromWire(hello.tuning)), plain(status))
    }),
  )
})

test('a request to tune survives the wire unchanged, with and without a profile', (t) => {
  fc.assert(
    fc.property(fc.constantFrom(...tuneActions), fc.option(tuningProfiles, { nil: undefined }), (action, profile) => {
      const ask = { kind: 'tune', action, ...(profile ? { profile } : {}) } as const
      const received = byAgent({ request: { id: 'q-1', deadlineMs: 1, ...askToWire(ask) } }).request
      t.deepEqual(plain(askFromWire(received as never)), plain(ask))
    }),
  )
})
