import test from 'ava'
import fc from 'fast-check'
import { compareNames } from '../../../../controller/domain/placement/names.ts'

test('numbers in names count as numbers, and leading zeros tell names apart', (t) => {
  t.deepEqual(['gpu-10', 'gpu-2', 'gpu-1a', 'gpu-02', 'a', 'gpu-1', 'gpu-'].toSorted(compareNames), [
    'a',
    'gpu-',
    'gpu-1',
    'gpu-1a',
    'gpu-02',
    'gpu-2',
    'gpu-10',
  ])
})

test('it is an order: names that are not the same have one, and it holds from one to the next', (t) => {
  const name = fc.string({ unit: fc.constantFrom('a', 'b', '-', '0', '1', '2', '9'), maxLength: 6 })
  fc.assert(
    fc.property(name, name, name, (a, b, c) => {
      t.is(Math.sign(compareNames(a, b)), -Math.sign(compareNames(b, a)) + 0)
      t.is(compareNames(a, b) === 0, a === b)
      if (compareNames(a, b) < 0 && compareNames(b, c) < 0) t.true(compareNames(a, c) < 0)
    }),
  )
})
