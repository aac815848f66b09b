import test from 'ava'
import { whoseOn } from '../../../agent/diagnose/whose.ts'
import { gpu, inventory, status } from '../../controller/domain/support/fleet.ts'

const container = 'c0ffee'.repeat(10).padEnd(64, '0')
const here = inventory('a', [
  { ...gpu('a', 0), pciBusId: '00000000:05:00.0' },
  { ...gpu('a', 1), pciBusId: '00000000:C8:00.0' },
])
const whose = whoseOn({
  inventory: () => here,
  statuses: () =>
    new Map([
      ['chat-1', status('chat-1', 'ready', { instanceId: container })],
      ['chat-2', status('chat-2', 'pending')],
    ]),
})

test('A bus as the kernel writes it is the GPU that nvidia-smi has there', (t) => {
  t.is(whose.gpuAt('0000:05:00'), here.gpus[0]?.uuid ?? 'none')
  t.is(whose.gpuAt('0000:c8:00.0'), here.gpus[1]?.uuid ?? 'none')
  t.is(whose.gpuAt('0001:05:00'), '')
  t.is(whose.gpuAt('nonsense'), '')
})

test('A killed container is its replica, by its name or by its cgroup; what is neither is nobody’s', (t) => {
  t.is(whose.replicaOf(container, ''), 'chat-1')
  t.is(whose.replicaOf('', `/docker/${container}`), 'chat-1')
  t.is(whose.replicaOf('', '/user.slice'), '')
})
