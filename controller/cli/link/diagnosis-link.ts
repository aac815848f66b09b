import type { ControlClient } from '../../../proto/generated/hostler/v1/Control.ts'
import type { NameRequest } from '../../../proto/generated/hostler/v1/NameRequest.ts'
import type { PruneReportsReply__Output } from '../../../proto/generated/hostler/v1/PruneReportsReply.ts'
import type { PruneReportsRequest } from '../../../proto/generated/hostler/v1/PruneReportsRequest.ts'
import type { ReportReply__Output } from '../../../proto/generated/hostler/v1/ReportReply.ts'
import type { ReportsReply__Output } from '../../../proto/generated/hostler/v1/ReportsReply.ts'
import type { ReportsRequest } from '../../../proto/generated/hostler/v1/ReportsRequest.ts'
import { type FaultReport, faultReport, type ReportSummary } from '../../../shared/diagnosis/report.ts'
import type { Subject } from '../../../shared/diagnosis/subjects.ts'
import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import { callUnary, type UnaryOptions } from '../../../shared/rpc/unary.ts'
import { messagesOf } from './stream.ts'

export interface DiagnoseQuery {
  readonly subject: Subject
  readonly targets: readonly string[]
  /** 0: the controller's choice. */
  readonly fromUnixMs: number
  readonly toUnixMs: number
  readonly rateMbps: number
  /** A report that need not be kept again when nothing has changed since. Empty: none. */
  readonly unlessLike: string
}

export interface DiagnoseStep {
  readonly done: number
  readonly total: number
  readonly host: string
  readonly doing: string
  readonly error: string
}

export type DiagnoseMessage =
  | { readonly kind: 'progress'; readonly step: DiagnoseStep }
  | { readonly kind: 'report'; readonly report: FaultReport }

/** Diagnoses and reports, as commands see them. */
export interface DiagnosisLink {
  /** Progress, then the report. Ends early only with the signal. */
  diagnose(query: DiagnoseQuery, signal: AbortSignal): AsyncIterable<DiagnoseMessage>
  /** Newest first. */
  reports(query: { readonly limit: number; readonly subject: string; readonly host: string }): Promise<readonly ReportSummary[]>
  /** `latest`: the newest. Throws NOT_FOUND. */
  report(id: string): Promise<FaultReport>
  /** Says how many went. */
  pruneReports(query: { readonly ids: readonly string[]; readonly olderThanUnixMs: number }): Promise<number>
}

const parsed = (document: Buffer): FaultReport => {
  const result = faultReport.safeParse(JSON.parse(document.toString('utf8')))
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new HostlerError(
    'PROTOCOL_MISMATCH',
    `the report has a form that this version does not know (${issue?.path.join('.')}: ${issue?.message}); use hostler of the controller's version`,
  )
}

export const diagnosisLink = (client: ControlClient, where: string, signal: AbortSignal, unary: UnaryOptions): DiagnosisLink => ({
  async *diagnose(query, until) {
    const call = client.Diagnose({ ...query, targets: [...query.targets] })
    for await (const { progress, report } of messagesOf(call, { where, signal: AbortSignal.any([signal, until]) })) {
      if (progress) yield { kind: 'progress', step: progress }
      else if (report.length > 0) yield { kind: 'report', report: parsed(report) }
    }
  },
  async reports(query) {
    const { summaries } = await callUnary<ReportsRequest, ReportsReply__Output>(client.ListReports.bind(client), query, unary)
    return summaries.map((summary) => JSON.parse(summary.toString('utf8')))
  },
  report: async (name) =>
    parsed((await callUnary<NameRequest, ReportReply__Output>(client.GetReport.bind(client), { name }, unary)).document),
  async pruneReports({ ids, olderThanUnixMs }) {
    const request = { ids: [...ids], olderThanUnixMs }
    return (await callUnary<PruneReportsRequest, PruneReportsReply__Output>(client.PruneReports.bind(client), request, unary)).removed
  },
})
