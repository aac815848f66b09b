import test from 'ava'
import { storageChecks } from '../../../../../agent/diagnose/checks/storage.ts'
import { runChecks } from '../../../../../agent/diagnose/run-checks.ts'
import type { BoundedRun } from '../../../../../agent/observe/run-bounded.ts'
import { checkContext, neverAborted } from '../../../../support/check-context.ts'

test('A model path that hangs costs one diagnosis one deadline and one program, whatever looks at it, and the next is asked anew', async (t) => {
  const asked: string[] = []
  const real = checkContext()
  const context = () =>
    checkContext({
      modelPath: '/models/on/a/dead/mount',
      run: async (program, args, deadlineMs, signal): Promise<BoundedRun> => {
        if (args.at(-1) !== '/models/on/a/dead/mount') return real.run(program, args, deadlineMs, signal)
        asked.push(program)
        return { kind: 'late', gone: new Promise(() => {}) }
      },
    })
  const results = await runChecks(storageChecks, context(), neverAborted)
  t.is(results.length, storageChecks.length)
  t.true(results.some(({ findings }) => findings.some(({ code }) => code === 'storage.path-hangs')))
  t.deepEqual(asked, ['readlink'])
  await runChecks(storageChecks, context(), neverAborted)
  t.deepEqual(asked, ['readlink', 'readlink'])
})
