/** Copies replicas' logs to stdout, each line with the replica's id in front when there are several. */
import { StringDecoder } from 'node:string_decoder'
import type { HostlerError } from '../../../shared/errors/hostler-error.ts'
import type { CommandContext } from '../context.ts'
import type { ControlLink, LogQuery } from '../link/control-link.ts'
import { reconnecting } from '../link/reconnect.ts'

/** How much is repeated after a lost connection, so that little is missed. */
const tailAfterLoss = 10

const prefixed = (id: string, write: (text: string) => void): { take(data: Buffer): void; end(): void } => {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  return {
    take(data) {
      const lines = (rest + decoder.write(data)).split('\n')
      rest = lines.pop() ?? ''
      if (lines.length > 0) write(lines.map((line) => `[${id}] ${line}\n`).join(''))
    },
    end() {
      const last = rest + decoder.end()
      if (last !== '') write(`[${id}] ${last}\n`)
    },
  }
}

/** One replica's log to its end, or while it is followed until Ctrl-C. Throws what the controller says. */
export const copyLog = async (context: CommandContext, link: ControlLink, query: LogQuery, withId: boolean): Promise<void> => {
  const { io, signal } = context
  const lines = withId ? prefixed(query.replica, (text) => io.stdout.write(text)) : undefined
  const copy = async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      if (lines) lines.take(chunk)
      else io.stdout.write(chunk)
    }
    lines?.end()
  }
  if (!query.follow) return copy(link.logs(query, signal))
  let lost = false
  const onLost = (error: HostlerError) => {
    lost = true
    context.note(`note: the log of ${query.replica} broke off (${error.message}); following it again from its last ${tailAfterLoss} lines`)
  }
  const open = () => link.logs({ ...query, tailLines: lost ? tailAfterLoss : query.tailLines }, signal)
  await copy(reconnecting(open, { signal, onLost, onBack: () => {}, reached: true, finite: true }))
}
