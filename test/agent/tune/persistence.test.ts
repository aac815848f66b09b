import test from 'ava'
import { NvidiaSmi } from '../../../agent/observe/nvidia-smi.ts'
import { persistenceAccess } from '../../../agent/tune/live/persistence.ts'
import { scratchDirectory } from '../../support/scratch.ts'
import { fakeGpus } from '../observe/fake-gpus.ts'
import { noSignal, openTuner, profileOf, setting, writeHost } from './scratch-host.ts'

const environment = { PATH: process.env.PATH ?? '' }

test('persistence mode is set for all GPUs, read again and given back', async (t) => {
  const gpus = fakeGpus(t, { persistence: 'Disabled', gpus: 2 })
  await using nvidiaSmi = new NvidiaSmi({ program: gpus.program, environment })
  await using scratch = await scratchDirectory()
  await writeHost(scratch.path, { '/etc/hostname': 'x\n' })
  const host = { nvidiaSmi: gpus.program, gpuReport: () => nvidiaSmi.report() }
  await using tuner = await openTuner({ root: scratch.path, stateDir: scratch.path, host })
  tuner.setProfile(profileOf([setting('mode', 'on', { kind: 'nvidia-persistence' })]))
  const applied = await tuner.answer('apply', undefined, noSignal)
  t.is(applied.state, 'applied')
  t.like(applied.rows[0], { live: 'on', before: 'off', step: 'set' })
  const reverted = await tuner.answer('revert', undefined, noSignal)
  t.like(reverted.rows[0], { live: 'off', step: 'restore' })
  t.deepEqual(await persistenceAccess(() => nvidiaSmi.report(), { program: gpus.program, environment }).read('mode', ''), {
    state: 'value',
    value: 'off',
  })
})

test('a refusal of nvidia-smi is told in its words, and a host without GPUs has no persistence mode', async (t) => {
  const gpus = fakeGpus(t, { persistence: 'refused' })
  await using nvidiaSmi = new NvidiaSmi({ program: gpus.program, environment })
  const access = persistenceAccess(() => nvidiaSmi.report(), { program: gpus.program, environment })
  await t.throwsAsync(access.write('mode', '', 'on'), { message: /exit code 4.*Insufficient Permissions/ })
  t.deepEqual(await access.read('mode', ''), { state: 'value', value: 'off' })
  gpus.set('mode', 'none')
  t.is((await access.read('mode', '')).state, 'absent')
  gpus.set('mode', 'lost')
  t.is((await access.read('mode', '')).state, 'unreadable')
  await t.throwsAsync(access.write('mode', '', 'on'), { message: /GPU is lost/ })
})
