/** What an apply did, where the host had begun before it was asked. Pure. */
import type { TuneAnswer, TuneRow } from '../../../shared/tuning/answer.ts'

const isChange = ({ step }: TuneRow): boolean => step === 'set' || step === 'persist' || step === 'set-and-persist'

/**
 * A host acts on its new spec by itself, so that an apply right after it may find everything done. What was planned before, and holds now, was
 * done then.
 */
export const withDone = (planned: TuneAnswer, applied: TuneAnswer): TuneAnswer => {
  const id = ({ kind, key }: TuneRow) => `${kind} ${key}`
  const steps = new Map(planned.rows.filter(isChange).map((row) => [id(row), row.step]))
  const rows = applied.rows.map((row) =>
    row.step === 'none' && row.state === 'holds' ? { ...row, step: steps.get(id(row)) ?? row.step } : row,
  )
  return { ...applied, rows }
}
