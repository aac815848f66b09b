import test from 'ava'
import { holdsFor, seedsOf } from './share-of-seeds.ts'

const seeds = seedsOf(1)

test(`whatever happens to a fleet, what the design promises holds, and in the end it comes to rest (${seeds.length} odd seeds)`, (t) =>
  holdsFor(t, seeds))
