import test from 'ava'
import { planFleet } from '../../../../controller/domain/fleet/plan.ts'
import type { Assignment, Deployment } from '../../../../controller/domain/model.ts'
import type { DeploymentDocument } from '../../../../controller/domain/spec/schema.ts'
import type { ReplicaPhase } from '../../../../shared/fleet/replica.ts'
import { assignment, deployment, fleet, gateway, host, revision, settings, specOf, status } from '../support/fleet.ts'

type On = readonly [id: string, number: number, gpu: number, phase: ReplicaPhase, changes?: Partial<Assignment>]

const canary = { canary: { replicas: 1, promote: 'manual' } } as const

/** Revision 2 replaces revision 1 on one host of so many GPUs. */
const stepsOf = (gpus: number, replicas: readonly On[], changes: Partial<Deployment> = {}, spec: Partial<DeploymentDocument> = {}) => {
  const documents = [
    specOf({ replicas: 2, resources: { gpus: 1 } }),
    specOf({ replicas: 2, resources: { gpus: 1 }, env: { V: '2' }, ...spec }),
  ]
  const state = fleet({
    deployments: [deployment('ds7b', { replicas: 2, targetRevision: 2, lastGoodRevision: 1, nextReplica: 10, ...changes })],
    revisions: documents.map((one, index) => revision(index + 1, one)),
    hosts: [
      host('a', gpus, {
        replicas: replicas.map(([id, number, gpu, phase]) => status(id, phase, { revision: number, gpuUuids: [`GPU-a-${gpu}`] })),
      }),
    ],
    gateways: [gateway()],
    assignments: replicas.map(([id, number, gpu, phase, more]) =>
      assignment(id, { revision: number, gpuUuids: [`GPU-a-${gpu}`], stage: phase === 'ready' ? 'serving' : 'starting', ...more }),
    ),
  })
  const { reports } = planFleet(state, { nowUnixMs: 1_000, settings })
  return (reports.get('ds7b')?.steps ?? []).map(
    ({ name, state: stage, progress, waitsFor }) => `${name} ${stage}: ${progress} <- ${waitsFor}`,
  )
}

const old: readonly On[] = [
  ['ds7b-1', 1, 0, 'ready'],
  ['ds7b-2', 1, 1, 'ready'],
]

test('a rollout that surges says that one loads, and that the next one comes after it', (t) => {
  t.deepEqual(stepsOf(3, [...old, ['ds7b-3', 2, 2, 'loading']]), [
    'place active: 1 of 2 replicas of revision 2 have a place <- those before to be ready: update.maxSurge allows no more beside them',
    'load active: 0 of 2 replicas of revision 2 are ready <- ds7b-3 is loading (1 s)',
    'replace waiting: 2 replicas of older revisions left to replace <- newer replicas to be ready',
    'prove waiting: revision 2 has not served with all its replicas yet <- the steps before',
  ])
})

test('without room and by surge alone it says what would make room', (t) => {
  const [place, load] = stepsOf(2, old, {}, { update: { strategy: 'surge' } })
  t.regex(place ?? '', /^place active: 0 of 2 replicas of revision 2 have a place <- .+/)
  t.is(load, 'load waiting: 0 of 2 replicas of revision 2 are ready <- a place')
})

test('an old replica that drains is what the place of its successor waits for', (t) => {
  const [first, second] = old
  if (!first || !second) return t.fail()
  const steps = stepsOf(2, [
    [...first.slice(0, 4), { stage: 'draining', drainCause: 'swap', stageSinceUnixMs: 500 }] as unknown as On,
    second,
  ])
  t.true(
    steps.some((step) => step.startsWith('replace active: 2 replicas of older revisions left to replace <- ds7b-1 finishes')),
    steps.join('\n'),
  )
})

test('a canary is a step of its own, with those that stay beside it', (t) => {
  const steps = stepsOf(
    3,
    [
      ['ds7b-1', 1, 0, 'ready'],
      ['ds7b-3', 2, 2, 'ready'],
    ],
    { canary: { stableRevision: 1, startedUnixMs: 0, servingSinceUnixMs: 500 } },
    { update: canary },
  )
  t.deepEqual(steps, [
    'place done: 1 of 1 replicas of revision 2 have a place <- ',
    'load done: 1 of 1 replicas of revision 2 are ready <- ',
    'canary active: revision 2 is on trial beside revision 1 <- no figures of its traffic yet',
    'replace done: no older replica is left to replace, 1 stay beside the canary <- ',
    'prove waiting: revision 2 has not served with all its replicas yet <- the end of the trial',
  ])
})

test('a paused rollout waits for whoever paused it, and one that is done waits for nothing', (t) => {
  t.regex(stepsOf(3, old, { paused: true })[0] ?? '', /<- the rollout is paused: hostler rollout resume ds7b$/)
  const done: readonly On[] = [
    ['ds7b-3', 2, 0, 'ready'],
    ['ds7b-4', 2, 1, 'ready'],
  ]
  t.true(stepsOf(2, done, { lastGoodRevision: 2 }).every((step) => / done: .* <- $/.test(step)))
})
