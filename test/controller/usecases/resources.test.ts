import test from 'ava'
import { parseFleetDocuments } from '../../../controller/domain/hosts/parse.ts'
import { applySpec } from '../../../controller/usecases/deployments.ts'
import { applyResources, deleteResource } from '../../../controller/usecases/resources.ts'
import { TuningWishes } from '../../../controller/usecases/tuning-wishes.ts'
import { formatProblems } from '../../../shared/config/problem.ts'
import { openTestLedger, type TestLedger } from '../../support/ledger.ts'
import { specOf } from '../domain/support/fleet.ts'

const resourcesOf = (text: string) => {
  const parsed = parseFleetDocuments(text, 'f.yaml')
  if (!parsed.ok) throw new Error(formatProblems(parsed.problems))
  return parsed.value.flatMap(({ value }) => (value.kind === 'resource' ? [value] : []))
}

const apply = ({ context }: TestLedger, text: string, dryRun = false) => applyResources(context, resourcesOf(text), 'ada', dryRun)

const joined = async ({ ledger }: TestLedger, name: string) =>
  ledger.transact(() => ({
    changes: [
      {
        kind: 'putHost',
        host: { id: `h-${name}`, name, machineId: '', createdUnixMs: 0, cordoned: false, revoked: false, labels: {}, generation: 0 },
      },
    ],
    result: undefined,
  }))

test('documents are created, changed, and left alone when they are the same, each told once', async (t) => {
  await using world = await openTestLedger()
  const text =
    '{ kind: TuningProfile, name: mine, inherits: inference }\n---\n{ kind: HostGroup, name: gpus, labels: { pool: a }, profile: mine }\n'
  t.like((await apply(world, text, true))[0], { kind: 'TuningProfile', name: 'mine', created: true, changed: true })
  t.is(world.ledger.facts.resources.size, 0, 'a dry run changes nothing')
  await apply(world, text)
  t.deepEqual(
    (await apply(world, text)).map(({ created, changed }) => [created, changed]),
    [
      [false, false],
      [false, false],
    ],
  )
  t.like((await apply(world, '{ kind: HostGroup, name: gpus, labels: { pool: b }, profile: mine }'))[0], { created: false, changed: true })
  const events = await world.store.events({ afterId: 0, limit: 10, subject: '' })
  t.deepEqual(
    events.map(({ reason, subject }) => [reason, subject]),
    [
      ['ResourceCreated', 'profile/mine'],
      ['ResourceCreated', 'group/gpus'],
      ['ResourceChanged', 'group/gpus'],
    ],
  )
})

test('of documents that are applied together all are taken or none', async (t) => {
  await using world = await openTestLedger()
  await t.throwsAsync(apply(world, '{ kind: Host, name: a, profile: inference }\n---\n{ kind: Host, name: b, profile: nowhere }\n'), {
    code: 'SPEC_INVALID',
    message: /^host b: profile: there is no tuning profile "nowhere"/,
  })
  t.is(world.ledger.facts.resources.size, 0)
})

test('a profile cannot be changed so that those that inherit it go in a circle', async (t) => {
  await using world = await openTestLedger()
  await apply(world, '{ kind: TuningProfile, name: a }\n---\n{ kind: TuningProfile, name: b, inherits: a }\n')
  await t.throwsAsync(apply(world, '{ kind: TuningProfile, name: a, inherits: b }'), {
    code: 'SPEC_INVALID',
    message: /cannot inherit itself/,
  })
})

test('whoever applies is told of hosts that have not joined, and of groups that disagree now', async (t) => {
  await using world = await openTestLedger()
  await joined(world, 'gpu-1')
  const [first] = await apply(world, '{ kind: HostGroup, name: a, hosts: [gpu-1, gpu-7], profile: inference }')
  t.deepEqual(first?.notes, ['no host has joined as gpu-7 yet; the document counts once one does'])
  const [second] = await apply(world, '{ kind: HostGroup, name: b, hosts: [gpu-1], profile: network-lossless }')
  t.regex(second?.notes[0] ?? '', /^group a wants profile inference and group b wants network-lossless/)
})

test('a profile is deleted only when nobody needs it, and who needs it is named', async (t) => {
  await using world = await openTestLedger()
  const remove = (name: string) => deleteResource(world.context, 'TuningProfile', name, 'ada')
  await apply(
    world,
    '{ kind: TuningProfile, name: base }\n---\n{ kind: TuningProfile, name: mine, inherits: base }\n---\n{ kind: Host, name: gpu-1, profile: mine }\n---\n{ kind: HostGroup, name: g, hosts: [gpu-1], profile: base }\n',
  )
  await t.throwsAsync(remove('base'), { code: 'CONFLICT', message: /is used by group g, profile mine;/ })
  await t.throwsAsync(remove('mine'), { code: 'CONFLICT', message: /is used by host gpu-1;/ })
  await t.throwsAsync(remove('inference'), { code: 'CONFLICT', message: /built in/ })
  await t.throwsAsync(remove('nowhere'), { code: 'NOT_FOUND', message: /there are: base, mine/ })
  await apply(world, '{ kind: Host, name: gpu-1 }')
  await remove('mine')
  t.false(world.ledger.facts.resources.has('TuningProfile/mine'))
})

test('a group is deleted only when no deployment asks for its hosts, and who asks is named', async (t) => {
  await using world = await openTestLedger()
  await apply(world, '{ kind: HostGroup, name: gpus, labels: { pool: a } }')
  await applySpec(world.context, specOf({ placement: { groups: ['gpus'] } }), { author: 'ada' }, false)
  await t.throwsAsync(deleteResource(world.context, 'HostGroup', 'gpus', 'ada'), {
    code: 'CONFLICT',
    message: /the group gpus is used by deployment ds7b; take it out of their placement\.groups first/,
  })
})

test('taints of documents and groups come to the hosts, beside their own', async (t) => {
  await using world = await openTestLedger()
  await joined(world, 'gpu-1')
  await apply(
    world,
    '{ kind: Host, name: gpu-1, taints: [{ key: a, effect: NoSchedule }] }\n---\n{ kind: HostGroup, name: g, hosts: [gpu-1], taints: [{ key: b, value: x, effect: NoExecute }] }\n',
  )
  const [host] = world.ledger.facts.hosts.values()
  const wishes = new TuningWishes(world.ledger.facts)
  t.deepEqual(host && wishes.of(host).record.taints, [
    { key: 'a', value: '', effect: 'NoSchedule' },
    { key: 'b', value: 'x', effect: 'NoExecute' },
  ])
  t.is(host?.taints, undefined, 'what is stored of the host stays as it is')
})
