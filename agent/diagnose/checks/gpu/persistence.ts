import { found } from '../../../../shared/diagnosis/found.ts'
import type { Check, CheckOutcome } from '../../check.ts'
import { seen } from '../evidence.ts'
import { lookAtGpus, type Report } from './report.ts'

/** Pure. */
export const judgePersistence = ({ gpus }: Report): CheckOutcome => {
  const looked = [
    seen(
      'nvidia-smi -q -x',
      gpus.map(({ pci, index, persistenceMode }) => `${pci.busId ?? index}: persistence ${persistenceMode ?? 'not told'}`),
    ),
  ]
  const off = gpus.filter(({ persistenceMode }) => persistenceMode === false).length
  if (off === 0) return { findings: [], looked }
  return { findings: [found('gpu.persistence-off', 'INFO', { subject: 'host', params: { gpus: off }, evidence: looked })], looked }
}

export const persistence: Check = {
  id: 'gpu.persistence',
  subject: 'gpu',
  deadlineMs: 30_000,
  run: async (context, signal) => {
    const looked = await lookAtGpus(context, signal)
    return 'outcome' in looked ? looked.outcome : judgePersistence(looked.report)
  },
}
