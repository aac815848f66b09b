import test from 'ava'
import { standingOf } from '../../../../controller/domain/rollout/standing.ts'
import { deployment, revision, specOf } from '../support/fleet.ts'

test('while a canary is on trial it and the stable revision are named so, and afterwards what they have become', (t) => {
  const revisions = [
    revision(1, specOf(), { state: 'superseded' }),
    revision(2, specOf(), { state: 'failed' }),
    revision(3, specOf(), { state: 'superseded' }),
    revision(4, specOf(), { state: 'current' }),
  ]
  const named = (canary: boolean) =>
    revisions.map((one) =>
      standingOf(
        one,
        deployment('ds7b', {
          targetRevision: 4,
          ...(canary ? { canary: { stableRevision: 3, startedUnixMs: 1, servingSinceUnixMs: 0 } } : {}),
        }),
      ),
    )
  t.deepEqual(named(true), ['superseded', 'failed', 'stable', 'canary'])
  t.deepEqual(named(false), ['superseded', 'failed', 'superseded', 'current'])
})
