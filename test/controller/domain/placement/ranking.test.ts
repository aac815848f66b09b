import test from 'ava'
import fc from 'fast-check'
import { FleetDraft } from '../../../../controller/domain/fleet/draft.ts'
import { Verdicts } from '../../../../controller/domain/placement/plan.ts'
import { createReplica, findPlace } from '../../../../controller/domain/rollout/create.ts'
import { deployment, fleet, host, revision, settings, specOf } from '../support/fleet.ts'

const shape = fc.record({
  gpusOfHosts: fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 1, maxLength: 12 }),
  gpus: fc.integer({ min: 1, max: 3 }),
  spread: fc.boolean(),
  replicas: fc.integer({ min: 1, max: 30 }),
  otherAfter: fc.integer({ min: 0, max: 10 }),
})

test('what is remembered from one placement to the next places every replica where a look at all hosts would', (t) => {
  fc.assert(
    fc.property(shape, ({ gpusOfHosts, gpus, spread, replicas, otherAfter }) => {
      const specs = [specOf({ name: 'a', resources: { gpus }, placement: { spread } }), specOf({ name: 'b', resources: { gpus: 1 } })]
      const [one, other] = specs.map((spec) => ({ ...revision(1, spec), deployment: spec.name })) as [
        ReturnType<typeof revision>,
        ReturnType<typeof revision>,
      ]
      const state = fleet({
        hosts: gpusOfHosts.map((count, at) => host(`h${at}`, count)),
        deployments: [deployment('a'), deployment('b')],
        revisions: [one, other],
      })
      const draft = new FleetDraft(state, 1_000, settings)
      const verdicts = new Verdicts()
      for (let number = 0; number < replicas; number++) {
        // Somebody else takes a place in between.
        if (number === otherAfter) createReplica(draft, other)
        const expected = findPlace(draft, one, { capacities: [...draft.capacities()] })
        t.deepEqual(createReplica(draft, one, { verdicts }), expected)
        if (!expected.placed) break
      }
    }),
  )
})
