import { request } from 'undici'
import { HostlerError, messageOf } from '../../shared/errors/hostler-error.ts'
import { within } from '../../shared/lifecycle/deadline.ts'
import { noticeFailed } from './refusal.ts'

/** Of these the body is at fault, and it stays the same. */
const permanentStatus = new Set([400, 413, 422])
const mostShown = 300

/**
 * Posts a body and expects a 2xx. Redirects are not followed. Throws NOTICE_FAILED with the status and the begin of the answer.
 * @param shown how the address is named in errors, since an address may be a secret
 */
export const postJson = async (
  url: string,
  body: string,
  {
    headers,
    timeoutMs,
    shown,
    signal,
  }: {
    readonly headers: Readonly<Record<string, string>>
    readonly timeoutMs: number
    readonly shown: string
    readonly signal: AbortSignal
  },
): Promise<void> => {
  try {
    const limit = within(timeoutMs, signal)
    const answer = await request(url, {
      method: 'POST',
      body,
      headers: { ...headers, 'content-type': 'application/json', 'user-agent': 'hostler' },
      signal: limit,
    })
    const said = await begin(answer.body)
    if (answer.statusCode >= 200 && answer.statusCode < 300) return
    const detail = said === '' ? '' : `: ${said}`
    throw noticeFailed(`${shown} answered ${answer.statusCode}${detail}`, permanentStatus.has(answer.statusCode))
  } catch (error) {
    if (error instanceof HostlerError) throw error
    const late = error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError')
    throw noticeFailed(
      late && !signal.aborted ? `${shown} did not answer within ${timeoutMs} ms` : `${shown}: ${messageOf(error)}`,
      false,
      error,
    )
  }
}

const begin = async (body: AsyncIterable<Buffer>): Promise<string> => {
  let text = ''
  for await (const piece of body) {
    text += piece.toString()
    if (text.length > mostShown) break
  }
  return text.slice(0, mostShown).replaceAll(/\s+/g, ' ').trim()
}
