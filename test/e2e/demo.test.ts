import test from 'ava'
import { runDemo } from '../../demo/run.ts'
import { labTest } from '../lab/requires.ts'

const onLab = labTest(test, { root: true, engine: true })

onLab('the demo deploys, rolls and kills under load without a failed request', async (t) => {
  t.timeout(300_000)
  const printed: string[] = []
  const exitCode = await runDemo({ signal: AbortSignal.timeout(280_000), out: (text) => printed.push(text) })
  t.is(exitCode, 0, printed.join(''))
})
