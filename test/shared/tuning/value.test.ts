import test from 'ava'
import fc from 'fast-check'
import { meets, sameValue, valueToSet } from '../../../shared/tuning/value.ts'

const floor = (key: string, value: string) => ({ key, comparison: 'at-least' as const, value })
const numbers = (count: number) => fc.array(fc.bigInt({ min: -1n, max: 2n ** 63n }), { minLength: count, maxLength: count })
const text = (values: readonly bigint[]) => values.join(' ')

test('a floor is met by what is higher, however large, and by every number of several', (t) => {
  t.true(meets(floor('fs.file-max', '2097152'), '9223372036854775807'))
  t.true(meets(floor('net.ipv4.tcp_rmem', '4096 131072 33554432'), '4096\t131072\t67108864'))
  t.false(meets(floor('net.ipv4.tcp_rmem', '4096 131072 33554432'), '4096 87380 67108864'))
  t.true(meets(floor('memlock', '65536'), 'unlimited'))
  t.false(meets(floor('memlock', 'unlimited'), '65536'))
})

test('bits and port lists are floors of their own kind', (t) => {
  t.false(meets(floor('net.ipv4.tcp_fastopen', '3'), '4'))
  t.is(valueToSet(floor('net.ipv4.tcp_fastopen', '3'), '1025'), '1027')
  const ports = floor('net.ipv4.ip_local_reserved_ports', '20000-29999')
  t.true(meets(ports, '8080,10000-40000'))
  t.false(meets(ports, ''))
  t.is(valueToSet(ports, '8080,29990-30010'), '8080,20000-30010')
  t.is(valueToSet(ports, ''), '20000-29999')
})

test('an exact value is met by itself alone, in any spacing', (t) => {
  const exact = { key: 'net.ipv4.tcp_rmem', comparison: 'exact' as const, value: '1 2 3' }
  t.true(meets(exact, ' 1\t2  3\n'))
  t.false(meets(exact, '1 2 4'))
  t.true(sameValue('memlock', 'unlimited', 'infinity'))
  t.true(sameValue('net.ipv4.ip_local_reserved_ports', '1,2,3', '1-3'))
})

test('what is set for a floor meets it, and loses nothing of what was there', (t) => {
  fc.assert(
    fc.property(
      fc.constantFrom('vm.max_map_count', 'net.ipv4.tcp_fastopen'),
      fc.integer({ min: 1, max: 3 }).chain((count) => fc.tuple(numbers(count), numbers(count))),
      (key, [wanted, found]) => {
        const setting = floor(key, text(wanted))
        const set = valueToSet(setting, text(found))
        return meets(setting, set) && meets(floor(key, text(found)), set)
      },
    ),
  )
  t.pass()
})

test('reserving ports keeps every port that was reserved', (t) => {
  const port = fc.integer({ min: 0, max: 65_535 })
  const list = fc
    .array(fc.tuple(port, fc.integer({ min: 0, max: 200 })), { maxLength: 8 })
    .map((runs) => runs.map(([first, more]) => (more === 0 ? `${first}` : `${first}-${Math.min(65_535, first + more)}`)).join(','))
  fc.assert(
    fc.property(list, list, (wanted, found) => {
      const key = 'net.ipv4.ip_local_reserved_ports'
      const set = valueToSet(floor(key, wanted), found)
      return meets(floor(key, wanted), set) && meets(floor(key, found), set) && sameValue(key, set, valueToSet(floor(key, found), wanted))
    }),
  )
  t.pass()
})

test('a value that already meets its setting is not changed by setting it', (t) => {
  fc.assert(
    fc.property(numbers(2), numbers(2), (wanted, found) => {
      const setting = floor('x.y', text(wanted))
      return !meets(setting, text(found)) || sameValue('x.y', valueToSet(setting, text(found)), text(found))
    }),
  )
  t.pass()
})
