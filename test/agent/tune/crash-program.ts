/**
 * A tuner that halts before its Nth change of the host and says so, to be killed there. Arguments: root, state directory, apply or revert,
 * N (0: never halts), the file of the profile, and where /proc is (default: below the root).
 */
import { readFileSync, writeSync } from 'node:fs'
import { placesAt } from '../../../agent/tune/places.ts'
import type { TuningProfile } from '../../../shared/tuning/profile.ts'
import { noSignal, openTuner } from './scratch-host.ts'

const [root = '', stateDir = '', action = '', stop = '0', profileFile = '', proc = ''] = process.argv.slice(2)
const profile = JSON.parse(readFileSync(profileFile, 'utf8')) as TuningProfile
let steps = 0

const onStep = async (step: string): Promise<void> => {
  steps += 1
  if (steps !== Number(stop)) return
  writeSync(1, `halted before: ${step}\n`)
  setInterval(() => {}, 60_000)
  await new Promise(() => {})
}

const places = proc === '' ? placesAt(root) : { ...placesAt(root), proc }
const tuner = await openTuner({ root, stateDir, host: { places }, tuner: { onStep } })
if (action !== 'recover') {
  tuner.setProfile(action === 'apply' ? profile : undefined)
  await tuner.check(noSignal)
}
writeSync(1, `done after ${steps} steps, ${tuner.status().state}\n`)
process.exit(0)
