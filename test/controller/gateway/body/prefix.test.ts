import test from 'ava'
import fc from 'fast-check'
import { prefixHash } from '../../../../controller/gateway/body/prefix.ts'

const of = (body: unknown) => prefixHash(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)))
const content = fc.oneof(fc.string(), fc.array(fc.record({ type: fc.constant('text'), text: fc.string() }), { maxLength: 3 }))

test('Every turn of a conversation has the hash of the first, and others have others.', (t) => {
  fc.assert(
    fc.property(content, fc.string(), fc.array(content, { maxLength: 6 }), (system, first, more) => {
      const begun = [
        { role: 'system', content: system },
        { role: 'user', content: first },
      ]
      const turn = of({ model: 'm', messages: begun })
      const later = more.map((text, i) => ({ role: i % 2 === 0 ? 'assistant' : 'user', content: text }))
      t.is(of({ messages: [...begun, ...later], temperature: 1, stream: true, model: 'n' }), turn)
      t.not(of({ messages: [begun[0], { role: 'user', content: `${first}.` }] }), turn)
      t.not(turn, 0)
    }),
  )
})

test('A key that the client names goes first; a text counts by its beginning; without any there is no hash.', (t) => {
  t.is(of({ prompt_cache_key: 'k', messages: [{ role: 'user', content: 'a' }] }), of({ prompt_cache_key: 'k', prompt: 'b' }))
  const long = 'x'.repeat(600)
  t.is(of({ prompt: long }), of({ prompt: `${long}and more` }))
  t.not(of({ prompt: 'one' }), of({ prompt: 'two' }))
  for (const none of ['', '[]', '{"model":"m"}', 'not json']) t.is(of(none), 0, none)
  for (const odd of [{ messages: [] }, { messages: 5 }, { messages: [1, 2] }, { messages: null }]) t.notThrows(() => of(odd))
})
