import test from 'ava'
import fc from 'fast-check'
import { identityOf, labelsOf } from '../../../agent/runtime/labels.ts'
import { parseListening } from '../../../agent/runtime/listening-ports.ts'
import { fillPlaceholders } from '../../../agent/runtime/placeholders.ts'
import { choosePort } from '../../../agent/runtime/ports.ts'
import { parseStat } from '../../../agent/runtime/proc.ts'
import { specHash } from '../../../agent/runtime/spec-hash.ts'
import { replicaSpecs } from '../../arbitraries/fleet.ts'
import { identityFor, replicaSpec } from './replica-specs.ts'

test('an identity is the same after its way through labels', (t) => {
  const identity = identityFor(replicaSpec({ gpuUuids: ['GPU-a', 'GPU-b'] }), { port: 8000, generation: 12, address: '10.1.2.3' })
  t.deepEqual(identityOf(labelsOf(identity)), identity)
})

test('labels of others are no identity, and broken ones have safe values', (t) => {
  t.is(identityOf({ 'com.example': 'x' }), undefined)
  t.is(identityOf({ 'hostler.host': 'h' }), undefined)
  t.like(identityOf({ 'hostler.host': 'h', 'hostler.replica': 'r', 'hostler.port': 'x', 'hostler.revision': '-1' }), {
    port: 0,
    revision: 0,
    gpuUuids: [],
    stopGraceMs: 30_000,
  })
})

test('placeholders are filled, and the braces of others are left alone', (t) => {
  const values = { address: '10.0.0.1', port: 8000, apiKey: '$&k', modelPath: '/m' }
  t.is(fillPlaceholders('{{address}}:{{ port }}', values), '10.0.0.1:8000')
  t.is(fillPlaceholders('{{apiKey}}{{apiKey}}', values), '$&k$&k')
  t.is(fillPlaceholders('{"a":{{"b"}}} {{ messages }}', values), '{"a":{{"b"}}} {{ messages }}')
})

test('the same content has the same hash, whatever the order of its environment; probes and deadlines are not in it', (t) => {
  const spec = replicaSpec({ env: { A: '1', B: '2' } })
  t.is(specHash(replicaSpec({ env: { B: '2', A: '1' } })), specHash(spec))
  t.is(specHash({ ...spec, stopGraceMs: 1, loadTimeoutMs: 1, health: { ...spec.health, failures: 9 }, pull: 'always' }), specHash(spec))
  for (const change of [
    { args: ['x'] },
    { image: 'y' },
    { gpuUuids: ['GPU-a'] },
    { apiKey: 'other' },
    { revision: 2 },
    { memoryLimitMiB: 7 },
  ])
    t.not(specHash({ ...spec, ...change }), specHash(spec))
})

test('a hash says nothing of the key that is in it', (t) => {
  fc.assert(
    fc.property(replicaSpecs, (spec) => {
      t.regex(specHash(spec), /^[0-9a-f]{32}$/)
    }),
  )
})

test('a port is kept while it is free, else one of the range is chosen, until none is left', (t) => {
  const range = { first: 20_000, last: 20_004 }
  t.is(
    choosePort(range, () => false, 20_003, 'a'),
    20_003,
  )
  t.not(
    choosePort(range, (port) => port === 20_003, 20_003, 'a'),
    20_003,
  )
  t.not(
    choosePort(range, () => false, 8_000, 'a'),
    8_000,
  )
  t.is(
    choosePort(range, () => true, 20_003, 'a'),
    undefined,
  )
  fc.assert(
    fc.property(fc.string(), fc.uniqueArray(fc.integer({ min: 20_000, max: 20_004 }), { maxLength: 4 }), (owner, taken) => {
      const port = choosePort(range, (one) => taken.includes(one), undefined, owner)
      t.true(port !== undefined && port >= range.first && port <= range.last && !taken.includes(port))
    }),
  )
})

test('/proc/PID/stat is read whatever the name of the program', (t) => {
  const fields = `S 1 10 11 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 1 2`
  t.deepEqual(parseStat(`42 (a) b (c)) ${fields}\n`), {
    pid: 42,
    name: 'a) b (c)',
    state: 'S',
    processGroup: 10,
    session: 11,
    startTicks: 987_654,
  })
  t.is(parseStat(''), undefined)
  t.is(parseStat('42 (cut'), undefined)
})

test('listening ports are read from the kernel table, connections are not', (t) => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0
   1: 0100007F:1F41 0100007F:1F40 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 20 4 30 10 -1
`
  t.deepEqual([...parseListening(table)], [[8_000, '4711']])
})
