import test from 'ava'
import fc from 'fast-check'
import { maxDepth, type Scanned, scanTopLevel } from '../../../../controller/gateway/body/scan-json.ts'

/** What JSON.parse says about the same text. */
const expected = (text: string): Scanned['kind'] | { value: string } => {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return 'malformed'
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return 'not-object'
  if (!Object.hasOwn(parsed, 'model')) return 'absent'
  const { model } = parsed as { model: unknown }
  return typeof model === 'string' ? { value: model } : 'not-string'
}

const scanned = (text: string): Scanned['kind'] | { value: string } => {
  const result = scanTopLevel(Buffer.from(text), 'model')
  return result.kind === 'found' ? { value: result.value } : result.kind
}

const key = fc.oneof(fc.constantFrom('model', 'Model', 'messages', '__proto__', ''), fc.string({ unit: 'binary' }))
const value = fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }), fc.constant({ model: 'nested' }))

/** Objects with duplicate names, in any order, with white space anywhere. */
const objectText = fc
  .tuple(fc.array(fc.tuple(key, value), { maxLength: 8 }), fc.constantFrom('', ' ', '\n\t', '\r\n  '))
  .map(([members, space]) => {
    const inside = members.map(([name, item]) => `${space}${JSON.stringify(name)}${space}:${space}${JSON.stringify(item)}${space}`)
    return `${space}{${space}${inside.join(',')}}${space}`
  })

const wellFormed = (text: string) => text.isWellFormed()

test('It reads the model of any object as JSON.parse does, the last duplicate winning.', (t) => {
  fc.assert(
    fc.property(objectText.filter(wellFormed), (text) => t.deepEqual(scanned(text), expected(text))),
    { numRuns: 2000 },
  )
})

test('It reads any JSON value as JSON.parse does.', (t) => {
  fc.assert(
    fc.property(fc.json(), (text) => t.deepEqual(scanned(text), expected(text))),
    { numRuns: 2000 },
  )
})

test('It accepts exactly what JSON.parse accepts when text is cut, doubled, deleted or replaced anywhere.', (t) => {
  const junk = fc.constantFrom(
    '',
    '"',
    '\\',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '0',
    '-',
    '.',
    'e',
    '+',
    'u',
    't',
    'null',
    '\u0000',
    '\n',
    '/',
    "'",
    '\ufeff',
    'x',
  )
  const mutated = fc
    .tuple(objectText, fc.nat(), fc.nat(4), junk)
    .map(([text, at, length, insert]) => {
      const from = at % (text.length + 1)
      return text.slice(0, from) + insert + text.slice(from + length)
    })
    .filter(wellFormed)
  fc.assert(
    fc.property(mutated, (text) => t.deepEqual(scanned(text), expected(text), JSON.stringify(text))),
    { numRuns: 5000 },
  )
})

test('It accepts exactly what JSON.parse accepts in strings of JSON letters.', (t) => {
  const letters = fc.string({ unit: fc.constantFrom(...'{}[]",:\\u0019.eE+-tfn rls "model"'), maxLength: 24 })
  fc.assert(
    fc.property(letters, (text) => t.deepEqual(scanned(text), expected(text), JSON.stringify(text))),
    { numRuns: 5000 },
  )
  fc.assert(
    fc.property(letters, (text) => {
      const inside = `{"model":"a","x":${text}}`
      t.deepEqual(scanned(inside), expected(inside), inside)
    }),
    { numRuns: 5000 },
  )
})

test('Escapes in the name and in the value are decoded.', (t) => {
  t.deepEqual(scanned(String.raw`{"mod\u0065l":"a\u002fb\n\"\ud83d\ude00"}`), { value: 'a/b\n"😀' })
  t.deepEqual(scanned(String.raw`{"model\u0000":"x","model":"y"}`), { value: 'y' })
})

test('A model inside a nested object, an array or a string is not the model.', (t) => {
  t.is(scanned('{"a":{"model":"x"},"b":["model","x"],"c":"\\"model\\":\\"x\\""}'), 'absent')
})

test('Nesting is followed to a limit, with no recursion.', (t) => {
  const nested = (depth: number) => `{"model":"m","x":${'['.repeat(depth)}${']'.repeat(depth)}}`
  t.deepEqual(scanned(nested(maxDepth - 1)), { value: 'm' })
  t.is(scanned(nested(maxDepth)), 'too-deep')
  t.is(scanned('['.repeat(5_000_000)), 'too-deep')
})

test('The offset of the first wrong byte is given.', (t) => {
  t.deepEqual(scanTopLevel(Buffer.from('{"model":"m",}'), 'model'), { kind: 'malformed', offset: 13 })
  t.deepEqual(scanTopLevel(Buffer.from(''), 'model'), { kind: 'malformed', offset: 0 })
})
