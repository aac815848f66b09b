import test from 'ava'
import fc from 'fast-check'
import { ageSince, formatAge } from '../../../../controller/cli/terminal/time.ts'
import { plainLine, textWidth, truncate, wrap } from '../../../../controller/cli/terminal/width.ts'

test('text is as wide as a terminal shows it', (t) => {
  t.is(textWidth('gpu-1'), 5)
  t.is(textWidth('推理主机'), 8)
  t.is(textWidth('éé'), 2)
  t.is(textWidth('e\u0301'), 1)
  t.is(textWidth('👍🏽'), 2)
  t.is(textWidth('a\u200bb'), 2)
  t.is(textWidth('…'), 1)
})

test('truncated text fits, keeps its beginning, and says that it was cut', (t) => {
  t.is(truncate('推理主机', 8), '推理主机')
  t.is(truncate('推理主机', 7), '推理主…')
  t.is(truncate('推理主机', 6), '推理…')
  t.is(truncate('abc', 0), '')
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.nat(40), (text, width) => textWidth(truncate(text, width)) <= width),
  )
})

test('wrapped text loses nothing, and breaks a word only where it is longer than a line', (t) => {
  t.deepEqual(wrap('one two three', 7), ['one two', 'three'])
  t.deepEqual(wrap('显卡内存不足 abc', 6), ['显卡内', '存不足', 'abc'])
  t.deepEqual(wrap('', 7), [])
  const text = fc.string({ unit: fc.constantFrom('a', ' ', '文', '👍'), maxLength: 60 })
  fc.assert(
    fc.property(text, fc.integer({ min: 2, max: 30 }), (whole, width) => {
      const lines = wrap(whole, width)
      return lines.join('').replaceAll(' ', '') === whole.replaceAll(' ', '') && lines.every((line) => textWidth(line) <= width)
    }),
  )
})

test('what an engine prints cannot steer the terminal', (t) => {
  t.is(plainLine('\x1b[2J\x1b]0;title\x07 a\r\n\tb \x9b1m'), 'a b')
})

test('ages are short and never more exact than two units', (t) => {
  t.deepEqual([0, 999, 42_000, 312_000, 60_000, 12_000_000, 1_051_200_000, -5].map(formatAge), [
    '0s',
    '0s',
    '42s',
    '5m12s',
    '1m',
    '3h20m',
    '12d4h',
    '0s',
  ])
  t.is(formatAge(200 * 86_400_000 + 3_600_000), '200d')
  t.is(ageSince(0, 1_000), '-')
})
