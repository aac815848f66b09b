import test from 'ava'
import { eventOfTuning } from '../../../controller/usecases/tuning-events.ts'
import { type TuningStatus, untuned } from '../../../shared/tuning/status.ts'

const status = (state: TuningStatus['state'], change: Partial<TuningStatus> = {}): TuningStatus => ({
  profile: 'inference',
  digest: 'd',
  state,
  differing: [],
  message: '',
  checkedUnixMs: 1,
  ...change,
})

test('what becomes of the tuning of a host is told once, with the settings that matter', (t) => {
  const tuned = eventOfTuning(status('pending'), status('applied'), 'gpu-1')
  t.deepEqual(tuned, { level: 'info', reason: 'HostTuned', subject: 'host/gpu-1', message: 'gpu-1 is tuned to profile inference' })
  t.is(eventOfTuning(status('applied'), status('applied', { checkedUnixMs: 9 }), 'gpu-1'), undefined)
  const drifted = status('drifted', { differing: ['vm.swappiness', 'net.core.somaxconn'] })
  t.like(eventOfTuning(status('applied'), drifted, 'gpu-1'), {
    level: 'warning',
    reason: 'TuningDrifted',
    message: 'gpu-1 has drifted from profile inference: vm.swappiness, net.core.somaxconn changed',
  })
  t.is(eventOfTuning(drifted, { ...drifted }, 'gpu-1'), undefined)
  t.like(eventOfTuning(drifted, status('drifted', { differing: ['vm.swappiness'] }), 'gpu-1'), { reason: 'TuningDrifted' })
  t.like(eventOfTuning(status('pending'), status('failed', { message: 'the disk is full' }), 'gpu-1'), {
    level: 'error',
    reason: 'TuningFailed',
    message: 'gpu-1 could not be tuned to profile inference and was put back: the disk is full',
  })
  t.like(eventOfTuning(status('pending'), status('partial', { differing: ['a.b'] }), 'gpu-1'), {
    level: 'warning',
    reason: 'HostTuned',
    message: 'gpu-1 is tuned to profile inference, but for a.b',
  })
  t.like(eventOfTuning(status('applied'), untuned, 'gpu-1'), { level: 'info', reason: 'HostUntuned' })
})

test('the first word after a start of the controller is told only when something is wrong', (t) => {
  t.is(eventOfTuning(undefined, status('applied'), 'gpu-1'), undefined)
  t.is(eventOfTuning(undefined, untuned, 'gpu-1'), undefined)
  t.like(eventOfTuning(undefined, status('drifted', { differing: ['a.b'] }), 'gpu-1'), { reason: 'TuningDrifted' })
})

test('of many settings the first are named and the rest counted', (t) => {
  const differing = Array.from({ length: 20 }, (_, index) => `k.${index}`)
  t.regex(eventOfTuning(undefined, status('drifted', { differing }), 'gpu-1')?.message ?? '', /k\.0, .*k\.7 and 12 more changed$/)
})
