import test from 'ava'
import fc from 'fast-check'
import { groupOf, labelsOf } from '../../../../controller/domain/hosts/groups.ts'
import { type HostGroupDocument, hostSchema } from '../../../../controller/domain/hosts/schema.ts'
import { wantedProfile } from '../../../../controller/domain/tuning/wanted.ts'

const group = (name: string, rest: Partial<HostGroupDocument>) => groupOf({ kind: 'HostGroup', name, taints: [], ...rest })
const document = (rest: object) => hostSchema.parse({ kind: 'Host', name: 'gpu-1', ...rest })
const gpu1 = { name: 'gpu-1', labels: { pool: 'large', rack: 'r1' } }

test('a host without a document and without groups wants nothing', (t) => {
  t.deepEqual(wantedProfile(gpu1, undefined, [group('other', { hosts: ['gpu-2'], profile: 'inference' })]), {
    profile: '',
    from: '',
    groups: [],
    problem: '',
  })
})

test('a group has the hosts it names, and those that carry all of its labels', (t) => {
  const wants = (one: ReturnType<typeof group>) => wantedProfile(gpu1, undefined, [one])
  t.like(wants(group('a', { hosts: ['gpu-1'], profile: 'inference' })), { profile: 'inference', from: 'group a', groups: ['a'] })
  t.like(wants(group('a', { labels: { pool: 'large' }, profile: 'inference' })), { profile: 'inference' })
  t.like(wants(group('a', { labels: { pool: 'large', rack: 'r2' }, profile: 'inference' })), { profile: '', groups: [] })
  t.like(wants(group('a', { hosts: ['gpu-2'], labels: {}, profile: 'inference' })), { profile: '', groups: [] })
})

test("the host's own document wins over its groups, also when it says none", (t) => {
  const groups = [group('a', { hosts: ['gpu-1'], profile: 'inference' })]
  t.like(wantedProfile(gpu1, document({ profile: 'mine' }), groups), { profile: 'mine', from: 'host gpu-1', groups: ['a'] })
  t.like(wantedProfile(gpu1, document({ profile: 'none' }), groups), { profile: '', from: 'host gpu-1' })
  t.like(wantedProfile(gpu1, document({ labels: { zone: 'b' } }), groups), { profile: 'inference', from: 'group a' })
})

test('groups that disagree decide nothing and say who wants what, and what to do', (t) => {
  const groups = [group('b', { hosts: ['gpu-1'], profile: 'network-lossless' }), group('a', { hosts: ['gpu-1'], profile: 'inference' })]
  const { profile, problem } = wantedProfile(gpu1, undefined, groups)
  t.is(profile, '')
  t.is(
    problem,
    'group a wants profile inference and group b wants network-lossless, so nothing is changed; take gpu-1 out of one of them, or decide for this host: hostler tune apply gpu-1 --profile inference',
  )
})

test("labels of the host's document are put over those of its agent", (t) => {
  t.deepEqual(labelsOf({ pool: 'small', rack: 'r1' }, document({ labels: { pool: 'large' } })), { pool: 'large', rack: 'r1' })
  const own = { pool: 'small' }
  t.is(labelsOf(own, undefined), own)
})

test('a profile is wanted exactly when the document or all groups that speak agree on one, whatever their order', (t) => {
  const profiles = fc.constantFrom('inference', 'network-lossless', 'none', undefined)
  fc.assert(
    fc.property(profiles, fc.array(fc.tuple(profiles, fc.boolean()), { maxLength: 5 }), (own, drawn) => {
      const groups = drawn.map(([profile, member], index) =>
        group(`g${index}`, { hosts: [member ? 'gpu-1' : 'gpu-2'], ...(profile === undefined ? {} : { profile }) }),
      )
      const hostDocument = document(own === undefined ? {} : { profile: own })
      const wanted = wantedProfile(gpu1, hostDocument, groups)
      t.deepEqual(wantedProfile(gpu1, hostDocument, groups.toReversed()), wanted)
      const speaking = new Set(drawn.filter(([profile, member]) => member && profile !== undefined).map(([profile]) => profile))
      if (own !== undefined) t.is(wanted.profile, own === 'none' ? '' : own)
      else if (speaking.size > 1) t.true(wanted.profile === '' && wanted.problem !== '')
      else t.is(wanted.profile, [...speaking][0]?.replace('none', '') ?? '')
      t.false(wanted.profile !== '' && wanted.problem !== '')
    }),
  )
})
