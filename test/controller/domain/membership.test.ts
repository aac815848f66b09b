import test from 'ava'
import { routesOf } from '../../../controller/domain/membership.ts'
import type { Assignment } from '../../../controller/domain/model.ts'
import type { ReplicaPhase } from '../../../shared/fleet/replica.ts'
import { assignment, deployment, fleet, type HostOptions, host, revision, specOf, status } from './support/fleet.ts'

const spec = specOf({ model: { name: 'ds7b', path: '/m', aliases: ['small'] }, rateLimit: { requestsPerSecond: 5 }, maxConcurrent: 8 })

const routed = (one: Partial<Assignment>, options: HostOptions, extra: { frozen?: boolean; deleting?: boolean } = {}) =>
  routesOf(
    fleet({
      deployments: [deployment('ds7b', { deleting: extra.deleting ?? false })],
      revisions: [revision(1, spec)],
      assignments: [assignment('ds7b-1', one)],
      hosts: [host('a', 1, options)],
      frozen: extra.frozen ?? false,
    }),
  )

const endpoints = (...args: Parameters<typeof routed>): readonly string[] =>
  routed(...args).flatMap((route) => route.endpoints.map(({ replicaId, draining }) => `${replicaId}${draining ? ' draining' : ''}`))

const said = (phase: ReplicaPhase): HostOptions => ({ replicas: [status('ds7b-1', phase)] })

test('a route carries what a gateway needs of the deployment', (t) => {
  t.deepEqual(routed({}, said('ready')), [
    {
      deployment: 'ds7b',
      models: ['ds7b', 'small'],
      endpoints: [
        {
          replicaId: 'ds7b-1',
          origin: 'http://10.0.0.1:8000',
          apiKey: 'secret',
          draining: false,
          revision: 1,
          maxConcurrent: 8,
          weight: 8,
        },
      ],
      rateLimit: { requestsPerSecond: 5, burst: 10 },
      holdMs: 60_000,
      maxQueue: 1000,
      maxQueueBytes: 256 * 1024 * 1024,
      tokensPerMinute: 0,
      routing: 'leastOutstanding',
    },
  ])
})

test('replicas weigh by their caps where all have one, else by their GPUs', (t) => {
  const weights = (...specs: Parameters<typeof specOf>[0][]) =>
    routesOf(
      fleet({
        deployments: [deployment('ds7b', { targetRevision: specs.length })],
        revisions: specs.map((spec, at) => revision(at + 1, specOf(spec))),
        assignments: specs.map((_, at) => assignment(`ds7b-${at + 1}`, { revision: at + 1 })),
        hosts: [host('a', 8, { replicas: specs.map((_, at) => status(`ds7b-${at + 1}`, 'ready')) })],
      }),
    )[0]?.endpoints.map(({ weight }) => weight)
  t.deepEqual(weights({ maxConcurrent: 8 }, { maxConcurrent: 24, resources: { gpus: 2 } }), [8, 24])
  t.deepEqual(weights({ maxConcurrent: 0 }, { maxConcurrent: 24, resources: { gpus: 2 } }), [1, 2])
})

test('requests for a deployment that sleeps are held for as long as its first replica may take, and no longer than usual once it serves', (t) => {
  const sleepy = specOf({ autoscale: { min: 0, max: 2 }, loadTimeout: '10m', warmProbe: { timeout: '1m' }, queue: { hold: '5s' } })
  const holdMs = (phase: ReplicaPhase, autoscaled = sleepy) =>
    routesOf(
      fleet({
        deployments: [deployment('ds7b')],
        revisions: [revision(1, autoscaled)],
        assignments: [assignment('ds7b-1', { stage: phase === 'ready' ? 'serving' : 'starting' })],
        hosts: [host('a', 1, said(phase))],
      }),
    )[0]?.holdMs
  t.is(holdMs('loading'), 11 * 60_000)
  t.is(holdMs('ready'), 5_000)
  t.is(holdMs('loading', specOf({ autoscale: { min: 1, max: 2 }, queue: { hold: '5s' } })), 5_000)
})

test('a serving replica is routed while its agent says that it is ready, and not while it says anything else', (t) => {
  t.deepEqual(endpoints({}, said('ready')), ['ds7b-1'])
  t.deepEqual(endpoints({}, said('unhealthy')), [])
  t.deepEqual(endpoints({}, {}), [])
})

test('a starting, stopping or lost replica is not routed even when it is ready', (t) => {
  for (const stage of ['starting', 'stopping', 'lost'] as const) t.deepEqual(endpoints({ stage }, said('ready')), [])
})

test('a draining replica stays listed as draining whatever its host says', (t) => {
  t.deepEqual(endpoints({ stage: 'draining' }, said('ready')), ['ds7b-1 draining'])
  t.deepEqual(endpoints({ stage: 'draining' }, { presence: 'silent' }), ['ds7b-1 draining'])
})

test('the replicas of a silent host are left out, unless the controller doubts itself', (t) => {
  t.deepEqual(endpoints({}, { presence: 'silent', ...said('ready') }), [])
  t.deepEqual(endpoints({}, { presence: 'lost', ...said('ready') }), [])
  t.deepEqual(endpoints({}, { presence: 'lost', ...said('ready') }, { frozen: true }), ['ds7b-1'])
})

test('a restarted controller routes to the last known endpoints until agents are back and have told everything', (t) => {
  t.deepEqual(endpoints({}, { presence: 'unknown', synced: false }), ['ds7b-1'])
  t.deepEqual(endpoints({}, { presence: 'connected', synced: false }), ['ds7b-1'])
})

test('a replica without an endpoint, or on a revoked host, is not routed', (t) => {
  t.deepEqual(endpoints({ endpoint: '' }, said('ready')), [])
  t.deepEqual(endpoints({}, { revoked: true, ...said('ready') }), [])
})

test('a deployment that is being deleted answers to no model and keeps what drains', (t) => {
  const [route] = routed({ stage: 'draining' }, said('ready'), { deleting: true })
  t.deepEqual(route?.models, [])
  t.is(route?.endpoints.length, 1)
})

test("a route says a canary's share of the traffic, and gives none to a revision that failed while others are there", (t) => {
  const withCanary = specOf({ replicas: 2, update: { canary: { replicas: 1, traffic: 12.5 } } })
  const shareOf = (targetRevision: number, canary: boolean, state: 'current' | 'failed') =>
    routesOf(
      fleet({
        deployments: [
          deployment('ds7b', {
            targetRevision,
            ...(canary ? { canary: { stableRevision: 1, startedUnixMs: 0, servingSinceUnixMs: 0 } } : {}),
          }),
        ],
        revisions: [revision(1, spec), revision(2, withCanary, { state })],
        assignments: [assignment('ds7b-1', {}), assignment('ds7b-2', { revision: 2 })],
        hosts: [host('a', 2, { replicas: [status('ds7b-1', 'ready'), status('ds7b-2', 'ready', { revision: 2 })] })],
      }),
    )[0]?.canary
  t.deepEqual(shareOf(2, true, 'current'), { revision: 2, share: 0.125 })
  t.is(shareOf(2, false, 'current'), undefined, 'promoted')
  t.deepEqual(shareOf(1, false, 'failed'), { revision: 2, share: 0 })
})
