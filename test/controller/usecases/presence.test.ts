import test from 'ava'
import { presenceOf } from '../../../controller/usecases/presence.ts'

const settings = { leaseMs: 10, graceMs: 20 }

test('a host is connected within its lease, silent within the grace after it, then lost', (t) => {
  t.is(presenceOf(100, 0, 110, settings), 'connected')
  t.is(presenceOf(100, 0, 111, settings), 'silent')
  t.is(presenceOf(100, 0, 130, settings), 'silent')
  t.is(presenceOf(100, 0, 131, settings), 'lost')
})

test('a host not heard of since the controller started is unknown for as long, and evicted no earlier', (t) => {
  t.is(presenceOf(undefined, 1_000, 1_030, settings), 'unknown')
  t.is(presenceOf(undefined, 1_000, 1_031, settings), 'lost')
})
