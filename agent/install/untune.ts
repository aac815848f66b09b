import { systemClock } from '../../shared/clock/clock.ts'
import type { AgentSettings } from '../../shared/config/agent-settings.ts'
import type { Environment } from '../../shared/config/environment.ts'
import { silentLog } from '../../shared/log/log.ts'
import { NvidiaSmi } from '../observe/nvidia-smi.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { openTuner } from '../tune/open.ts'

const revertMs = 60_000

/** Gives back what tuning changed, while the journal of what was there before is still at hand. The service must have stopped. */
export const untune = async (
  settings: AgentSettings,
  environment: Environment,
  runtimes: readonly Runtime[],
  say: (line: string) => void,
): Promise<void> => {
  const log = silentLog
  await using nvidiaSmi = new NvidiaSmi({ program: settings.nvidiaSmi.path, environment, deadlineMs: settings.nvidiaSmi.timeoutMs })
  const instances = async () => []
  await using room = await openTuner({ settings, environment, nvidiaSmi, runtimes, instances, onDrift: () => {}, clock: systemClock, log })
  const { state, profile } = room.tuner.status()
  if (state === 'none') return
  const { rows, message } = await room.tuner.answer('revert', undefined, AbortSignal.timeout(revertMs))
  const left = rows.filter(({ step }) => step === 'left' || step === 'failed')
  say(`gave back what the profile ${profile} had set${message === '' ? '' : `: ${message}`}`)
  for (const row of left) say(`left ${row.key} as it is: ${row.message}`)
}
