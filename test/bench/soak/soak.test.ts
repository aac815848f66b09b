import test from 'ava'
import { soak } from '../../../bench/soak/soak.ts'

test('Twenty seconds of replicas that die, drain, are slow and come back: each request ends in one accounted way, and nothing is left.', async (t) => {
  const { counts, troubles, problems } = await soak({
    seconds: 20,
    seed: 7,
    signal: new AbortController().signal,
    say: (text) => t.log(text),
  })
  t.deepEqual(problems, [])
  t.true(counts.answered > 100 && counts.left > 20, JSON.stringify(counts))
  t.true(troubles.size >= 3)
  t.log(JSON.stringify({ counts, troubles: [...troubles] }))
})
