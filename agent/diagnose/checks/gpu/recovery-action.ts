import { found } from '../../../../shared/diagnosis/found.ts'
import type { Check } from '../../check.ts'
import { seen } from '../evidence.ts'
import { eachGpu, type Gpu, lookAtGpus, subjectOf, which } from './report.ts'

const none = /^(?:none|n\/a)$/i
/** Peers are left out until then; the GPU itself works. */
const mild = /^drain p2p$/i

/** Pure. */
export const judgeRecoveryAction = (gpu: Gpu) => {
  const action = gpu.recoveryAction ?? (gpu.resetRequired ? 'GPU Reset' : gpu.drainAndResetRecommended ? 'Drain and Reset' : '')
  if (action === '' || none.test(action)) return []
  const evidence = [seen('nvidia-smi -q -x', `gpu_recovery_action ${action}`)]
  return [
    found('gpu.recovery-action', mild.test(action) ? 'WARNING' : 'CRITICAL', {
      subject: subjectOf(gpu),
      params: { ...which(gpu), action },
      evidence,
    }),
  ]
}

export const recoveryAction: Check = {
  id: 'gpu.recovery-action',
  subject: 'gpu',
  deadlineMs: 30_000,
  run: async (context, signal) => {
    const looked = await lookAtGpus(context, signal)
    if ('outcome' in looked) return looked.outcome
    return eachGpu(
      looked.report,
      judgeRecoveryAction,
      ({ recoveryAction: action }) => `recovery action ${action ?? 'not told by this driver'}`,
    )
  },
}
