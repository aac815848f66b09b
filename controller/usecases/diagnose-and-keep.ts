import { type FaultReport, faultReport } from '../../shared/diagnosis/report.ts'
import { changesBetween } from '../domain/report/changes.ts'
import { type DiagnoseOptions, type DiagnoseProgress, type DiagnoseWish, diagnose } from './diagnose.ts'
import type { Reports } from './reports.ts'

export interface KeptWish {
  readonly wish: DiagnoseWish
  /** A report: one that finds the same is not kept. Empty: it is kept in any case. */
  readonly unlessLike: string
}

const sameAs = async (reports: Reports, id: string, report: FaultReport): Promise<boolean> => {
  if (id === '' || !reports.has(id)) return false
  const former = faultReport.safeParse(JSON.parse(await reports.document(id)))
  return former.success && changesBetween(former.data, report).length === 0
}

/** What `hostler diagnose` asks for: a diagnosis whose report stays. Errors: those of diagnose, STORE_FULL, STORE_FAILED. */
export const diagnoseAndKeep = async (
  { diagnosis, reports }: { readonly diagnosis: DiagnoseOptions; readonly reports: Reports },
  { wish, unlessLike }: KeptWish,
  onProgress: (progress: DiagnoseProgress) => void,
  signal: AbortSignal,
): Promise<FaultReport> => {
  const report = await diagnose(diagnosis, wish, 'asked', onProgress, signal)
  if (!(await sameAs(reports, unlessLike, report))) await reports.keep({ report })
  return report
}
