import type { AutoscaleView } from '../../proto/generated/hostler/v1/AutoscaleView.ts'
import type { ScaleReport } from '../domain/scale/view.ts'
import type { Autoscale } from '../domain/spec/autoscale.ts'

/** @param report undefined while the autoscaler has not looked yet */
export const autoscaleView = (autoscale: Autoscale, report: ScaleReport | undefined): AutoscaleView => ({
  min: report?.bounds.min ?? autoscale.min,
  max: report?.bounds.max ?? autoscale.max,
  schedule: report?.bounds.schedule ?? '',
  ...(report?.wish === undefined ? {} : { wish: report.wish }),
  limit: report?.limit ?? '',
  signals: (report?.signals ?? []).map(({ signal, value, target, out, enough, missing }) => ({
    name: signal,
    value,
    target,
    asks: out,
    ...(enough === undefined ? {} : { enough }),
    missing,
  })),
})
