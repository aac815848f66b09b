import test from 'ava'
import { judge, needsVerdict, worstReplica } from '../../../../controller/cli/progress/judge.ts'
import type { Deployment } from '../../../../controller/cli/view/deployment.ts'
import type { Fleet, Replica, RevisionEntry } from '../../../../controller/cli/view/fleet.ts'

const target = { deployment: 'd', revision: 2 }

const deployment = (change: Partial<Deployment> = {}): Deployment => ({
  name: 'd',
  state: 'progressing',
  message: '',
  revision: 2,
  version: 1,
  replicasWanted: 1,
  replicasReady: 0,
  replicasUpdated: 0,
  models: [],
  createdUnixMs: 0,
  steps: [],
  unplaced: [],
  spec: null,
  ...change,
})
const replica = (change: Partial<Replica> = {}): Replica => ({
  id: 'd-2',
  deployment: 'd',
  revision: 2,
  hostId: 'h',
  host: 'gpu-1',
  intent: 'run',
  routed: true,
  outstandingRequests: 0,
  phase: 'ready',
  phaseSinceUnixMs: 0,
  reason: '',
  message: '',
  endpoint: '',
  restarts: 0,
  oomKilled: false,
  progressPercent: 0,
  nextAttemptUnixMs: 0,
  gpuUuids: [],
  createdUnixMs: 0,
  instanceId: '',
  warnings: [],
  preflight: [],
  adjustments: [],
  lastLogLines: [],
  workers: [],
  ...change,
})
const fleet = (deployments: readonly Deployment[], replicas: readonly Replica[] = []): Fleet => ({
  hosts: [],
  deployments,
  replicas,
  gateways: [],
  frozenSinceUnixMs: 0,
  held: '',
  stalled: '',
  nowUnixMs: 0,
})
const verdict = (state: string): RevisionEntry => ({ revision: 2, state, createdUnixMs: 0, author: '', message: 'why', spec: null })

test('ready needs the word of the controller and every replica of the revision', (t) => {
  t.is(judge(target, fleet([deployment({ state: 'ready' })], [replica()])).kind, 'ready')
  t.is(judge(target, fleet([deployment({ state: 'ready' })], [replica({ revision: 1 })])).kind, 'waiting')
  t.is(
    judge(target, fleet([deployment({ state: 'ready' })], [replica(), replica({ id: 'd-1' })])).kind,
    'waiting',
    'one too many runs still',
  )
  t.is(judge(target, fleet([deployment()], [replica()])).kind, 'waiting')
  t.is(
    judge(target, fleet([deployment({ state: 'ready' })], [replica(), replica({ id: 'd-1', revision: 1, intent: 'drain' })])).kind,
    'ready',
  )
  t.is(judge(target, fleet([deployment({ state: 'ready', replicasWanted: 0 })])).kind, 'ready')
})

test('only the history can tell a rollback from an undo', (t) => {
  const older = fleet([deployment({ revision: 1, state: 'rolled-back' })])
  t.true(needsVerdict(target, older))
  t.deepEqual(judge(target, older, verdict('failed')), { kind: 'failed', message: 'why', runsRevision: 1 })
  t.deepEqual(judge(target, older, verdict('superseded')), { kind: 'superseded', runsRevision: 1 })
  t.false(needsVerdict(target, fleet([deployment()])))
})

test('a deployment that is degraded by a lost host is waited for; one whose revision failed is not', (t) => {
  const degraded = fleet([deployment({ state: 'degraded' })])
  t.true(needsVerdict(target, degraded))
  t.is(judge(target, degraded, verdict('current')).kind, 'waiting')
  t.is(judge(target, degraded, verdict('failed')).kind, 'failed')
})

test('the worst replica is the one with last words, and it is remembered when it is gone', (t) => {
  const silent = replica({ id: 'd-3', phase: 'backoff', reason: 'EXITED' })
  const talking = replica({ id: 'd-4', phase: 'failed', lastLogLines: ['boom'] })
  t.is(worstReplica(target, fleet([], [replica()]), undefined), undefined)
  t.is(worstReplica(target, fleet([], [silent]), undefined)?.id, 'd-3')
  t.is(worstReplica(target, fleet([], [silent, talking]), silent)?.id, 'd-4')
  t.is(worstReplica(target, fleet([], [silent]), talking)?.id, 'd-4')
  t.is(worstReplica(target, fleet([]), talking)?.id, 'd-4')
})
