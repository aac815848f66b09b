import test from 'ava'
import { freshMemory } from '../../../agent/reconcile/memory.ts'
import { unaccounted } from '../../../agent/reconcile/unaccounted.ts'

const launched = (runtime?: 'docker' | 'exec') => ({ ...freshMemory('hash'), runtime, launches: 1 })
const away = new Map([['docker', 'the container engine does not answer']] as const)

test('what nobody wants may still run while the runtime that launched it has not answered, and says why', (t) => {
  const views = unaccounted(
    (id) => id === 'wanted',
    new Map([
      ['gone', launched('docker')],
      ['wanted', launched('docker')],
    ]),
    away,
  )
  t.deepEqual([...views.keys()], ['gone'])
  t.like(views.get('gone'), { phase: 'stopping', message: 'It may still run: the container engine does not answer' })
})

test('a host that has no container engine at all holds up nothing that another runtime ran, or of which its runtime is not known', (t) => {
  const memory = new Map([
    ['process', launched('exec')],
    ['old', launched()],
  ])
  t.is(unaccounted(() => false, memory, away).size, 0)
})
