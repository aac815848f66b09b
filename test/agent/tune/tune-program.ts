/** A tuner for tests that need another namespace, user or mount around it. Takes a TuneScript as JSON and prints one line of JSON an action. */
import { writeSync } from 'node:fs'
import { messageOf } from '../../../shared/errors/hostler-error.ts'
import type { TuneAction } from '../../../shared/tuning/answer.ts'
import type { TuningProfile } from '../../../shared/tuning/profile.ts'
import { noSignal, openTuner } from './scratch-host.ts'

export interface TuneScript {
  /** Before /etc and friends. */
  readonly root: string
  /** /proc, or one below the root. */
  readonly proc: string
  readonly stateDir: string
  readonly profile: TuningProfile
  readonly actions: readonly TuneAction[]
}

const script = JSON.parse(process.argv[2] ?? '{}') as TuneScript
const { root, proc, stateDir, profile, actions } = script
const places = { root, proc, sys: '/sys' }
const tuner = await openTuner({ root, stateDir, host: { places } })
tuner.setProfile(profile)
for (const action of actions) {
  const answer = await tuner.answer(action, undefined, noSignal).catch((error) => ({ error: messageOf(error) }))
  writeSync(1, `${JSON.stringify({ answer, status: tuner.status() })}\n`)
}
process.exit(0)
