import test from 'ava'
import type { Curve } from '../../../bench/scale/curves.ts'
import { plot } from '../../../bench/scale/plot.ts'
import { max, policies } from '../../../bench/scale/policies.ts'
import { simulate } from '../../../bench/scale/simulate.ts'

const short = (rateAt: (second: number) => number): Curve => ({
  name: 'short',
  title: 'Short & small',
  seconds: 5400,
  rates: Array.from({ length: 5400 }, (_, second) => rateAt(second)),
  startUnixMs: Date.UTC(2026, 5, 3),
})

const policy = (name: string) => {
  const found = policies.find((candidate) => candidate.name === name)
  if (found === undefined) throw new Error(`there is no policy ${name}`)
  return found
}

const hump = short((second) => (second > 900 && second < 2400 ? 3 : 0.5))

test('the same seed brings the same outcome', (t) => {
  t.deepEqual(simulate(hump, policy('balanced'), 7), simulate(hump, policy('balanced'), 7))
})

test('the bare rule takes nothing away and ends at max with hardly any load, because utilisation saturates', (t) => {
  const { track } = simulate(
    short(() => 0.5),
    policy('bareRule'),
    1,
  )
  t.true(track.every(({ wanted }, at) => wanted >= (track[at - 1]?.wanted ?? 0)))
  t.is(track.at(-1)?.wanted, max)
})

test('the balanced preset follows the load up and down, and leaves a small constant load on one replica', (t) => {
  const { track } = simulate(hump, policy('balanced'), 1)
  t.true(Math.max(...track.map(({ wanted }) => wanted)) > 2)
  t.true((track.at(-1)?.wanted ?? max) <= 2)
  t.is(
    simulate(
      short(() => 0.5),
      policy('balanced'),
      1,
    ).scaleActions,
    0,
  )
})

test('a picture has a panel for each policy and no bare ampersand', (t) => {
  const panels = policies.slice(0, 2).map((one) => ({ title: one.title, outcome: simulate(hump, one, 1) }))
  const svg = plot({ ...hump, title: 'Short' }, panels)
  t.is(svg.match(/class="ready"/g)?.length, 2)
  t.notRegex(svg, /NaN|undefined|&(?!amp;|lt;|gt;)/)
})
