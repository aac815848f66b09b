import test from 'ava'
import fc from 'fast-check'
import type { Readings } from '../../../../controller/domain/scale/signals.ts'
import type { ScaleView } from '../../../../controller/domain/scale/view.ts'
import { propertyRuns } from '../../../support/property-runs.ts'
import { type AutoscaleDocument, Drive, of, scaleSpec } from './drive.ts'

/** Short windows, so that a run of a few minutes shows everything. */
const document: fc.Arbitrary<AutoscaleDocument> = fc
  .record({
    min: fc.integer({ min: 0, max: 4 }),
    more: fc.integer({ min: 0, max: 8 }),
    signals: fc
      .record(
        {
          gpuUtilization: fc.double({ min: 0.3, max: 0.95, noNaN: true }),
          waiting: fc.integer({ min: 1, max: 20 }),
          kvCache: fc.double({ min: 0.3, max: 0.95, noNaN: true }),
          ttft: fc.constant({ target: '2s' }),
          tokensPerSecond: fc.integer({ min: 100, max: 2000 }),
        },
        { requiredKeys: [] },
      )
      .filter((signals) => Object.keys(signals).length > 0),
    outStep: fc.integer({ min: 1, max: 5 }),
    inStep: fc.integer({ min: 1, max: 3 }),
    outWindow: fc.integer({ min: 0, max: 40 }),
    inWindow: fc.integer({ min: 0, max: 120 }),
  })
  .map(({ min, more, signals, outStep, inStep, outWindow, inWindow }) => ({
    min,
    max: Math.max(1, min + more),
    signals,
    scaleOut: { maxStep: outStep, stabilization: `${outWindow}s`, every: '5s' },
    scaleIn: { maxStep: inStep, stabilization: `${inWindow}s`, every: '5s' },
    ...(min === 0 ? { idle: '60s' } : {}),
  }))

const reading = (most: number) =>
  fc.option(fc.record({ value: fc.double({ min: 0, max: most, noNaN: true }), known: fc.integer({ min: 0, max: 12 }) }), { nil: undefined })

const seen = fc.record({
  gpuUtilization: reading(1),
  waiting: reading(60),
  kvCache: reading(1),
  ttft: reading(20_000),
  tokensPerSecond: reading(4000),
  working: fc.option(fc.integer({ min: 0, max: 500 }), { nil: undefined }),
  notReady: fc.integer({ min: 0, max: 3 }),
  frozen: fc.boolean(),
  held: fc.integer({ min: 0, max: 5 }),
  heard: fc.boolean(),
})

const present = (readings: { [K in keyof Readings]: Readings[K] | undefined }): Readings =>
  Object.fromEntries(Object.entries(readings).filter(([, value]) => value !== undefined))

const lookOf =
  (autoscale: ScaleView['autoscale'], moments: readonly (typeof seen extends fc.Arbitrary<infer T> ? T : never)[]) =>
  (replicas: number, second: number): Partial<ScaleView> => {
    // Each moment lasts for 20 s.
    const moment = moments[Math.floor(second / 20) % moments.length]
    if (moment === undefined) return { autoscale }
    const { working, notReady, frozen, held, heard, ...readings } = moment
    return {
      autoscale,
      ready: Math.max(0, replicas - notReady),
      readings: present(readings),
      working,
      frozen,
      traffic: heard ? { held, any: held > 0 } : undefined,
    }
  }

const moments = fc.array(seen, { minLength: 1, maxLength: 20 })
const runs = { numRuns: propertyRuns(25) }

test('safety: the number is never below min nor above max, and below 1 only where min is 0', (t) => {
  fc.assert(
    fc.property(document, moments, fc.integer({ min: 0, max: 15 }), (written, all, start) => {
      const autoscale = scaleSpec(written)
      const drive = new Drive(Math.min(autoscale.max, Math.max(autoscale.min, start))).run(300, lookOf(autoscale, all))
      for (const { plan } of drive.turns) if (plan.replicas < autoscale.min || plan.replicas > autoscale.max) return false
      return true
    }),
    runs,
  )
  t.pass()
})

test('safety: steps are no larger than allowed, and no two in the same direction come faster than allowed', (t) => {
  fc.assert(
    fc.property(document, moments, (written, all) => {
      const autoscale = scaleSpec({ ...written, min: 1, idle: undefined })
      const { steps } = new Drive(1).run(300, lookOf(autoscale, all))
      for (const [index, { from, plan, second }] of steps.entries()) {
        const by = plan.replicas - from
        if (by > autoscale.scaleOut.maxStep || -by > autoscale.scaleIn.maxStep) return false
        const before = steps[index - 1]
        if (before !== undefined && second - before.second < 5 && by < 0) return false
        if (before !== undefined && second - before.second < 5 && before.plan.replicas > before.from) return false
      }
      return true
    }),
    runs,
  )
  t.pass()
})

test('safety: nothing is taken away while any signal has no figures, nor while replicas are not ready, nor while the brake is on', (t) => {
  fc.assert(
    fc.property(document, moments, fc.integer({ min: 1, max: 12 }), (written, all, start) => {
      const autoscale = scaleSpec({ ...written, min: 1, max: 12, idle: undefined })
      const names = Object.keys(autoscale.signals) as (keyof Readings)[]
      const look = lookOf(autoscale, all)
      const drive = new Drive(start).run(300, look)
      return drive.steps
        .filter(({ from, plan }) => plan.replicas < from)
        .every(({ from, second }) => {
          const { readings = {}, ready = from, frozen } = look(from, second)
          return frozen === false && ready >= from && names.every((name) => (readings[name]?.known ?? 0) > 0)
        })
    }),
    runs,
  )
  t.pass()
})

test('safety: a controller that has just started takes nothing away before the window is over', (t) => {
  fc.assert(
    fc.property(document, moments, fc.integer({ min: 1, max: 12 }), (written, all, start) => {
      const autoscale = scaleSpec({ ...written, min: 0, max: 12, idle: '60s' })
      const windowS = Math.min(60, autoscale.scaleIn.stabilizationMs / 1000)
      const drive = new Drive(start).run(Math.max(0, windowS), lookOf(autoscale, all))
      return drive.replicas >= start
    }),
    runs,
  )
  t.pass()
})

test('liveness: the largest wish wins; what the hungriest signal asks for is reached, when everything becomes ready', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 10 }), (kv, tokens, start) => {
      // Loads in units of what one replica bears at its target.
      const autoscale = scaleSpec({
        max: 40,
        signals: { kvCache: 0.5, tokensPerSecond: 1000 },
        scaleOut: { maxStep: 8 },
        scaleIn: { every: '1s' },
      })
      const drive = new Drive(start).run(3600, (replicas) => ({
        autoscale,
        readings: { kvCache: of(Math.min(1, (0.5 * kv) / replicas)), tokensPerSecond: of((1000 * tokens) / replicas) },
      }))
      // Nobody is taken away to the very edge.
      const most = Math.max(kv, tokens)
      return drive.replicas >= most && drive.replicas <= Math.ceil(most / 0.9)
    }),
    { numRuns: propertyRuns(15) },
  )
  t.pass()
})

test('no oscillation: under a constant load the number comes to rest, after one try of fewer at the most', (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 5, max: 60 }),
      fc.integer({ min: 1, max: 12 }),
      fc.subarray(['gpuUtilization', 'waiting', 'kvCache', 'ttft', 'tokensPerSecond'] as const, { minLength: 1 }),
      (load, capacity, start, names) => {
        const all = { gpuUtilization: 0.85, waiting: 4, kvCache: 0.8, ttft: { target: '2s' }, tokensPerSecond: 1000 }
        const signals = Object.fromEntries(names.map((name) => [name, all[name]]))
        const autoscale = scaleSpec({ max: 12, signals, scaleIn: { stabilization: '2m', every: '10s' } })
        const drive = new Drive(start).run(3600, (replicas) => {
          const working = Math.min(load, replicas * capacity)
          const waiting = (load - working) / replicas
          const share = working / (replicas * capacity)
          const readings = {
            gpuUtilization: of(share === 0 ? 0 : Math.min(1, 0.5 + share / 2)),
            waiting: of(waiting),
            kvCache: of(share),
            ttft: of(300 + (waiting > 0 ? 5000 : 0)),
            tokensPerSecond: of(share * 1250),
          }
          return { autoscale, working, readings }
        })
        const directions = drive.steps.map(({ from, plan }) => Math.sign(plan.replicas - from))
        const turns = directions.filter((direction, index) => index > 0 && direction !== directions[index - 1]).length
        return turns <= 2
      },
    ),
    { numRuns: propertyRuns(25) },
  )
  t.pass()
})

test('safety: while a schedule holds there are never fewer than it says', (t) => {
  fc.assert(
    fc.property(document, moments, fc.integer({ min: 1, max: 5 }), (written, all, extra) => {
      const least = (written.min ?? 1) + extra
      const autoscale = scaleSpec({ ...written, max: 20, schedules: [{ start: '0 0 * * *', end: '30 23 * * *', min: least }] })
      const drive = new Drive(autoscale.min).run(200, lookOf(autoscale, all))
      return drive.turns.every(({ plan }) => plan.replicas >= least)
    }),
    runs,
  )
  t.pass()
})
