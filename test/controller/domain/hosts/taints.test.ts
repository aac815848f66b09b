import test from 'ava'
import { isTolerated, mergedTaints, parseTaint, type Taint, type Toleration } from '../../../../controller/domain/hosts/taints.ts'

const taint: Taint = { key: 'dedicated', value: 'search', effect: 'NoSchedule' }

for (const [tolerates, title, toleration] of [
  [true, 'of the same key and value', { key: 'dedicated', operator: 'Equal', value: 'search' }],
  [true, 'of the key alone, whatever the value', { key: 'dedicated', operator: 'Exists' }],
  [true, 'of everything', { operator: 'Exists' }],
  [false, 'of another value', { key: 'dedicated', operator: 'Equal', value: 'chat' }],
  [false, 'of no value, where there is one', { key: 'dedicated', operator: 'Equal' }],
  [false, 'of another key', { key: 'gpu', operator: 'Exists' }],
  [true, 'of the same effect', { key: 'dedicated', operator: 'Exists', effect: 'NoSchedule' }],
  [false, 'of another effect', { key: 'dedicated', operator: 'Exists', effect: 'NoExecute' }],
] as const) {
  test(`a toleration ${title} ${tolerates ? 'covers' : 'does not cover'} a taint`, (t) => {
    t.is(isTolerated(taint, [toleration as Toleration]), tolerates)
  })
}

test('taints are read as kubectl writes them', (t) => {
  t.deepEqual(parseTaint('dedicated=search:NoSchedule'), { kind: 'put', taint })
  t.deepEqual(parseTaint('spot:NoExecute'), { kind: 'put', taint: { key: 'spot', value: '', effect: 'NoExecute' } })
  t.deepEqual(parseTaint('dedicated-'), { kind: 'remove', pattern: { key: 'dedicated', effect: undefined } })
  t.deepEqual(parseTaint('dedicated=search:NoSchedule-'), { kind: 'remove', pattern: { key: 'dedicated', effect: 'NoSchedule' } })
})

test('a taint that cannot be read says where and what would be right', (t) => {
  t.is(
    parseTaint('gpu=x:NoSchedul'),
    'taint "gpu=x:NoSchedul": "NoSchedul" is no effect; expected NoSchedule, PreferNoSchedule, NoExecute (did you mean NoSchedule?)',
  )
  t.regex(String(parseTaint('gpu=x')), /it has no effect; expected such as gpu=x:NoSchedule, or gpu=x- to take it off/)
  t.regex(String(parseTaint('=x:NoSchedule')), /"" is no key/)
})

test('of several taints of one key and effect the first list wins', (t) => {
  const other: Taint = { ...taint, value: 'chat' }
  const evicting: Taint = { ...taint, effect: 'NoExecute' }
  t.deepEqual(mergedTaints([taint], [other, evicting]), [taint, evicting])
})
