import test from 'ava'
import fc from 'fast-check'
import { UsageTail, usageIn } from '../../../../controller/gateway/proxy/usage-tail.ts'

test('The end of an answer is the same however it was cut into pieces, and little more than that is kept.', (t) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 3_000 }), { maxLength: 60 }), fc.integer({ min: 1, max: 40 }), (sizes, piece) => {
      const report = Buffer.from('{"x":"y","usage": {"prompt_tokens":3,"completion_tokens":4,"total_tokens":7,"details":{"cached":0}}}')
      const pieces = [...sizes.map((size) => Buffer.alloc(size, 'x'))]
      for (let at = 0; at < report.length; at += piece) pieces.push(report.subarray(at, at + piece))
      const tail = new UsageTail()
      for (const one of pieces) tail.keep(one)
      t.deepEqual(tail.read(), { promptTokens: 3, outputTokens: 4, totalTokens: 7 })
    }),
  )
  t.is(new UsageTail().read(), undefined)
})

test('Usage is found as engines write it, and nothing else is taken for it.', (t) => {
  t.deepEqual(usageIn('{"usage":{"input_tokens":2,"output_tokens":15}}'), { promptTokens: 2, outputTokens: 15, totalTokens: undefined })
  t.deepEqual(usageIn('{"usage":{"total_tokens":9}}\n\n{"usage":null}\n\ndata: [DONE]'), {
    promptTokens: undefined,
    outputTokens: undefined,
    totalTokens: 9,
  })
  for (const text of [
    '',
    '"usage"',
    '"usage":{',
    '"usage":{}',
    '"usage":{"total_tokens":-1}',
    '"usage":{"total_tokens":"9"}',
    '"usage":{"total_tokens":1e99}',
    JSON.stringify({ content: '"usage":{"total_tokens":5}' }),
  ])
    t.is(usageIn(text), undefined, text)
})
