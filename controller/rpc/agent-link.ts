import type { AgentLinkHandlers } from '../../proto/generated/hostler/v1/AgentLink.ts'
import type { AnswerChunk__Output } from '../../proto/generated/hostler/v1/AnswerChunk.ts'
import type { HostReport__Output } from '../../proto/generated/hostler/v1/HostReport.ts'
import type { HostReportReceipt } from '../../proto/generated/hostler/v1/HostReportReceipt.ts'
import { hostDiagnosis } from '../../shared/diagnosis/host-diagnosis.ts'
import { HostlerError } from '../../shared/errors/hostler-error.ts'
import type { Log } from '../../shared/log/log.ts'
import { toServiceError } from '../../shared/rpc/errors.ts'
import type { TakeAgentReport } from '../usecases/agent-reports.ts'
import type { Answers } from '../usecases/answers.ts'
import type { CertificateEnds } from '../usecases/certificate-ends.ts'
import type { Facts } from '../usecases/facts.ts'
import type { HostRegistry } from '../usecases/host-registry.ts'
import type { FleetMetrics } from '../usecases/metrics.ts'
import { type SessionSettings, serveAgentSession } from './agent-session.ts'
import { callerOfKind, certificateEndOf } from './caller.ts'
import { unary } from './unary-handler.ts'

export interface AgentLinkOptions {
  readonly facts: Facts
  readonly hosts: HostRegistry
  readonly answers: Answers
  readonly metrics: FleetMetrics
  readonly certificates: CertificateEnds
  readonly takeReport: TakeAgentReport
  readonly settings: SessionSettings
  readonly log: Log
}

const parsedReport = (document: Buffer) => {
  let value: unknown
  try {
    value = JSON.parse(document.toString('utf8'))
  } catch (cause) {
    throw new HostlerError('ARGUMENT_INVALID', 'the diagnosis is not JSON', { cause })
  }
  const parsed = hostDiagnosis.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new HostlerError('ARGUMENT_INVALID', `the diagnosis does not fit its schema: ${issue?.path.join('.')}: ${issue?.message}`)
}

/** The service that agents connect to. */
export const agentLink = ({
  facts,
  hosts,
  answers,
  metrics,
  certificates,
  takeReport,
  settings,
  log,
}: AgentLinkOptions): AgentLinkHandlers => ({
  Report: unary<HostReport__Output, HostReportReceipt>(log, async ({ document }, call) => {
    await takeReport(callerOfKind(call, facts, 'host').id, parsedReport(document))
    return {}
  }),

  Session: (stream) => {
    try {
      const { id } = callerOfKind(stream, facts, 'host')
      certificates.saw(id, certificateEndOf(stream))
      serveAgentSession(stream, { hostId: id, hosts, answers, metrics, settings, log })
    } catch (error) {
      stream.emit('error', toServiceError(error))
    }
  },

  Answer: (stream, callback) => {
    let hostId: string
    try {
      hostId = callerOfKind(stream, facts, 'host').id
    } catch (error) {
      callback(toServiceError(error))
      return
    }
    const seen = new Set<string>()
    const end = (error?: HostlerError) => {
      for (const requestId of seen) answers.end(requestId, hostId, error)
    }
    stream.on('data', (chunk: AnswerChunk__Output) => {
      seen.add(chunk.requestId)
      if (chunk.error) end(new HostlerError('INTERNAL', chunk.error))
      else if (chunk.end) end()
      else {
        stream.pause()
        answers.data(chunk.requestId, hostId, chunk.data).then((wanted) => {
          if (wanted) stream.resume()
          else callback(toServiceError(new HostlerError('NOT_FOUND', 'nobody waits for this answer any more')))
        })
      }
    })
    stream.on('error', () => end(new HostlerError('HOST_UNREACHABLE', 'the answer of the agent broke off')))
    stream.on('end', () => {
      end()
      callback(null, {})
    })
  },
})
