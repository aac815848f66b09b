import test from 'ava'
import fc from 'fast-check'
import { describeSize, formatSize, parseSizeMiB } from '../../../shared/units/size.ts'

test('sizes are read in binary units', (t) => {
  t.is(parseSizeMiB('500Mi'), 500)
  t.is(parseSizeMiB('40Gi'), 40_960)
  t.is(parseSizeMiB('1.5Gi'), 1536)
  t.is(parseSizeMiB('2Ti'), 2_097_152)
  t.is(parseSizeMiB('0'), 0)
})

test('what is no size, or could be read in two ways, is refused', (t) => {
  for (const text of ['', '40', '40G', '40GB', '40 Gi', '-1Gi', '0.0001Mi', 'Gi', '1e3Mi', `${'9'.repeat(30)}Ti`])
    t.is(parseSizeMiB(text), undefined, text)
})

test('every whole number of MiB survives being written and read', (t) => {
  fc.assert(fc.property(fc.nat({ max: 2 ** 40 }), (mib) => parseSizeMiB(formatSize(mib)) === mib))
  t.is(formatSize(40_960), '40Gi')
  t.is(formatSize(1536), '1536Mi')
})

test('people read GiB with one decimal', (t) => {
  t.is(describeSize(512), '512 MiB')
  t.is(describeSize(40_350), '39.4 GiB')
})
