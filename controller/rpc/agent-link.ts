import type { AgentLinkHandlers } from '../../proto/generated/hostler/v1/AgentLink.ts'
import type { AnswerChunk__Output } from '../../proto/generated/hostler/v1/AnswerChunk.ts'
import { HostlerError } from '../../shared/errors/hostler-error.ts'
import type { Log } from '../../shared/log/log.ts'
import { toServiceError } from '../../shared/rpc/errors.ts'
import type { Answers } from '../usecases/answers.ts'
import type { Facts } from '../usecases/facts.ts'
import type { HostRegistry } from '../usecases/host-registry.ts'
import { type SessionSettings, serveAgentSession } from './agent-session.ts'
import { callerOfKind } from './caller.ts'

export interface AgentLinkOptions {
  readonly facts: Facts
  readonly hosts: HostRegistry
  readonly answers: Answers
  readonly settings: SessionSettings
  readonly log: Log
}

/** The service that agents connect to. */
export const agentLink = ({ facts, hosts, answers, settings, log }: AgentLinkOptions): Pick<AgentLinkHandlers, 'Session' | 'Answer'> => ({
  Session: (stream) => {
    try {
      const { id } = callerOfKind(stream, facts, 'host')
      serveAgentSession(stream, { hostId: id, hosts, answers, settings, log })
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
