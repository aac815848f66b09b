import test from 'ava'
import fc from 'fast-check'
import { fieldChangeLine } from '../../../../controller/cli/output/field-change.ts'
import { fieldChanges } from '../../../../controller/domain/spec/diff.ts'

test('what was changed, added and removed is told by its path, lists item by item', (t) => {
  const from = { image: 'a:1', engine: { args: ['--x', '--y'] }, env: { OLD: '1' }, resources: { gpus: 1, labels: {} } }
  const to = { image: 'a:2', engine: { args: ['--x', '--z', '--w'] }, env: { NEW: 'on' }, resources: { gpus: 1 } }
  t.deepEqual(fieldChanges(from, to).map(fieldChangeLine), [
    '~ image: a:1 -> a:2',
    '~ engine.args[1]: --y -> --z',
    '+ engine.args[2]: --w',
    '+ env.NEW: on',
    '- env.OLD: 1',
  ])
})

test('a document has no difference from itself, and as many the one way as the other', (t) => {
  const document = fc.object({ maxDepth: 3, withNullPrototype: false })
  fc.assert(
    fc.property(document, document, (a, b) => fieldChanges(a, a).length === 0 && fieldChanges(a, b).length === fieldChanges(b, a).length),
    { numRuns: 300 },
  )
  t.pass()
})
