import type { ControlHandlers } from '../../proto/generated/hostler/v1/Control.ts'
import { type Subject, subjects } from '../../shared/diagnosis/subjects.ts'
import { HostlerError } from '../../shared/errors/hostler-error.ts'
import type { Role } from '../../shared/identity/subject.ts'
import type { Log } from '../../shared/log/log.ts'
import type { IdentityRecord } from '../store/store.ts'
import type { DiagnoseOptions } from '../usecases/diagnose.ts'
import { diagnoseAndKeep } from '../usecases/diagnose-and-keep.ts'
import type { Reports } from '../usecases/reports.ts'
import { personWith } from './caller.ts'
import { produce, write } from './streaming.ts'
import { unary } from './unary-handler.ts'

export interface DiagnosisServiceOptions {
  readonly diagnosis: DiagnoseOptions
  readonly reports: Reports
  readonly log: Log
}

const mostListed = 1_000

const checkedSubject = (word: string): Subject => {
  const found = subjects.find((subject) => subject === word)
  if (found) return found
  throw new HostlerError('ARGUMENT_INVALID', `"${word}" cannot be diagnosed; expected ${subjects.join(', ')}`)
}

/** Diagnoses and their reports, for people and scripts. */
export const diagnosisService = ({
  diagnosis,
  reports,
  log,
}: DiagnosisServiceOptions): Pick<ControlHandlers, 'Diagnose' | 'ListReports' | 'GetReport' | 'PruneReports'> => {
  const { facts } = diagnosis.context.ledger
  const forRole = <Request, Reply>(role: Role, handle: (request: Request, person: IdentityRecord) => Promise<Reply> | Reply) =>
    unary<Request, Reply>(log, (request, call) => handle(request, personWith(call, facts, role)))

  return {
    Diagnose: (stream) =>
      produce(stream, log, async (signal) => {
        personWith(stream, facts, 'operator')
        const { subject, targets, fromUnixMs, toUnixMs, rateMbps, unlessLike } = stream.request
        const wish = { subject: checkedSubject(subject), targets, fromUnixMs, toUnixMs, rateMbps }
        const report = await diagnoseAndKeep(
          { diagnosis, reports },
          { wish, unlessLike },
          // A reader that is slow only gets its progress late.
          (progress) => stream.write({ progress }),
          signal,
        )
        await write(stream, { report: Buffer.from(JSON.stringify(report)) }, signal)
      }),

    ListReports: forRole('viewer', ({ limit, subject, host }) => ({
      summaries: reports
        .list({ limit: Math.min(limit || mostListed, mostListed), subject, host })
        .map((summary) => Buffer.from(JSON.stringify(summary))),
    })),
    GetReport: forRole('viewer', async ({ name }) => ({ document: Buffer.from(await reports.document(name)) })),
    PruneReports: forRole('operator', async ({ ids, olderThanUnixMs }) => ({ removed: await reports.prune({ ids, olderThanUnixMs }) })),
  }
}
