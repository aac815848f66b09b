import test from 'ava'
import fc from 'fast-check'
import type { HostView } from '../../../../controller/domain/model.ts'
import { capacityOf } from '../../../../controller/domain/placement/capacity.ts'
import { type Placement, place } from '../../../../controller/domain/placement/plan.ts'
import type { HostTuning } from '../../../../controller/domain/tuning/wanted.ts'
import { type TuningState, tuningStates } from '../../../../shared/tuning/status.ts'
import { host, specOf } from '../support/fleet.ts'

const tuning = (state: TuningState, change: Partial<HostTuning> = {}): HostTuning => ({
  profile: 'inference',
  from: 'group gpus',
  groups: ['gpus'],
  problem: '',
  digest: 'd1',
  status: { profile: 'inference', digest: 'd1', state, differing: ['vm.swappiness'], message: '', checkedUnixMs: 1 },
  ...change,
})
const onlyWhenTuned = specOf({ placement: { profile: 'inference' } })
const placeOn = (hosts: readonly HostView[], spec = onlyWhenTuned): Placement =>
  place(
    { deployment: 'ds7b', spec, avoidHostIds: new Set(), nowUnixMs: 0 },
    hosts.map((one) => capacityOf(one, [], () => false)),
  )

test('a deployment that requires a profile goes to the host that is tuned to it', (t) => {
  const placement = placeOn([host('a', 8), host('b', 8, { tuning: tuning('drifted') }), host('c', 8, { tuning: tuning('applied') })])
  t.like(placement, { placed: true, hostId: 'host-c' })
})

test('a deployment that requires none goes anywhere', (t) => {
  t.like(placeOn([host('a', 1, { tuning: tuning('failed') })], specOf()), { placed: true })
})

const refusals: readonly (readonly [title: string, tuning: HostTuning | undefined, message: string, suggestion: string])[] = [
  [
    'a host without a profile',
    tuning('none', { profile: '', digest: '' }),
    'has no profile, inference is required',
    'tune it: hostler tune apply a --profile inference',
  ],
  [
    'a host that nothing is known of',
    undefined,
    'has no profile, inference is required',
    'tune it: hostler tune apply a --profile inference',
  ],
  [
    'a host of another profile',
    tuning('applied', { profile: 'mine' }),
    'has profile mine, inference is required',
    'tune it: hostler tune apply a --profile inference',
  ],
  [
    'a host whose groups disagree',
    tuning('none', { profile: '', problem: 'group a wants x and group b wants y' }),
    'has no certain profile: group a wants x and group b wants y',
    'tune it: hostler tune apply a --profile inference',
  ],
  ['an agent that does not tune', tuning('none', { status: undefined }), 'has an agent that does not tune hosts', 'upgrade the agent of a'],
  [
    'a host that is being tuned',
    tuning('pending'),
    'is not tuned to profile inference yet',
    'wait until a is tuned, or see: hostler tune status a',
  ],
  [
    'a host that holds an older version of the profile',
    tuning('applied', { digest: 'd2' }),
    'is not tuned to profile inference yet',
    'wait until a is tuned, or see: hostler tune status a',
  ],
  ['a host that drifted', tuning('drifted'), 'has drifted from profile inference: vm.swappiness', 'put a right: hostler tune apply a'],
  [
    'a host that refused a setting',
    tuning('partial'),
    'is tuned to profile inference but for vm.swappiness',
    'see what stands in the way on a: hostler tune plan a',
  ],
  ['a host that somebody reverted', tuning('none'), 'is not tuned to profile inference', 'put a right: hostler tune apply a'],
  [
    'a host that could not be tuned',
    tuning('failed'),
    'could not be tuned to profile inference',
    'see what stands in the way on a: hostler tune plan a',
  ],
]

for (const [title, tuned, message, suggestion] of refusals) {
  test(`${title} is refused with the reason and the smallest change`, (t) => {
    t.deepEqual(placeOn([host('a', 8, { tuning: tuned })]), {
      placed: false,
      hosts: [{ hostId: 'host-a', hostName: 'a', code: 'profile', message }],
      suggestion,
    })
  })
}

test('a host that lacks a GPU too says that first: tuning it would not help', (t) => {
  t.like(placeOn([host('a', 0)]), { placed: false, hosts: [{ code: 'no-gpus' }] })
})

test('waiting is suggested before tuning another host', (t) => {
  t.like(placeOn([host('a', 8), host('b', 8, { tuning: tuning('pending') })]), {
    suggestion: 'wait until b is tuned, or see: hostler tune status b',
  })
})

test('a replica that requires a profile is placed exactly where that very profile was applied', (t) => {
  const drawn = fc.record({
    profile: fc.constantFrom('', 'inference', 'other'),
    problem: fc.constantFrom('', 'unclear'),
    seen: fc.option(
      fc.record({
        profile: fc.constantFrom('', 'inference', 'other'),
        digest: fc.constantFrom('d1', 'd2'),
        state: fc.constantFrom(...tuningStates),
      }),
      { nil: undefined },
    ),
  })
  fc.assert(
    fc.property(drawn, ({ profile, problem, seen }) => {
      const status = seen && { ...seen, differing: ['a.b'], message: '', checkedUnixMs: 0 }
      const placement = placeOn([host('a', 1, { tuning: tuning('none', { profile, problem, status }) })])
      const tuned =
        profile === 'inference' && problem === '' && seen?.profile === 'inference' && seen.digest === 'd1' && seen.state === 'applied'
      t.is(placement.placed, tuned)
      if (!placement.placed) t.true(placement.suggestion !== '' && placement.hosts.every(({ code }) => code === 'profile'))
    }),
  )
})
