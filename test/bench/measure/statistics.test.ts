import test from 'ava'
import { mean, median, medianRatio, quantile, spread } from '../../../bench/measure/statistics.ts'

test('the median is the middle value, or the mean of the two in the middle', (t) => {
  t.is(median([9, 1, 5]), 5)
  t.is(median([4, 1, 3, 2]), 2.5)
  t.is(median([]), Number.NaN)
})

test('a quantile is the least value that the share of all values does not exceed', (t) => {
  const values = Array.from({ length: 100 }, (_, at) => 100 - at)
  t.is(quantile(values, 0.5), 50)
  t.is(quantile(values, 0.99), 99)
  t.is(quantile(values, 1), 100)
  t.is(quantile([7], 0.01), 7)
  t.is(quantile([], 0.5), Number.NaN)
})

test('a spread shows the median and the range; a mean counts every value', (t) => {
  t.is(spread([3, 1, 2]), '2.0 (1.0-3.0)')
  t.is(spread([0.126], 2), '0.13 (0.13-0.13)')
  t.is(mean([1, 2, 6]), 3)
})

test('a ratio is taken round by round, so that a disturbed round does not count twice', (t) => {
  t.is(medianRatio([20, 400, 22], [10, 200, 10]), 2)
  t.is(medianRatio([1], []), Number.NaN)
})
