import { HostlerError, messageOf } from '../../../shared/errors/hostler-error.ts'
import { within } from '../../../shared/lifecycle/deadline.ts'
import { type DockerClient, engineMessage } from './client.ts'
import { type PullLine, PullProgress } from './pull-progress.ts'

const answerTimeoutMs = 60_000
/** A registry that sends nothing for so long will not send the rest either. */
const stallTimeoutMs = 300_000

const lines = async function* (stream: AsyncIterable<Buffer>): AsyncGenerator<PullLine> {
  let rest = ''
  for await (const chunk of stream) {
    const parts = (rest + chunk.toString()).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) if (part.trim() !== '') yield JSON.parse(part) as PullLine
  }
}

const refusal = (image: string, reason: string, cause?: unknown): HostlerError =>
  new HostlerError('IMAGE_MISSING', `The image ${image} could not be pulled: ${reason}`, cause === undefined ? {} : { cause })

/** Pulls an image. Throws IMAGE_MISSING with the registry's reason; a pull without any progress for 5 minutes is given up. */
export const pullImage = async (
  client: DockerClient,
  image: string,
  onPercent: (percent: number) => void,
  signal: AbortSignal,
): Promise<void> => {
  const docker = await client.connect()
  const progress = new PullProgress()
  const stalled = new AbortController()
  const stop = AbortSignal.any([signal, stalled.signal])
  const stall = () => stalled.abort(new Error(`no progress for ${stallTimeoutMs / 1000} s`))
  let timer = setTimeout(stall, stallTimeoutMs)
  try {
    const answer = AbortSignal.any([stop, within(answerTimeoutMs)])
    const started = docker.pull(image, { abortSignal: answer })
    const stream = (await started) as NodeJS.ReadableStream & { destroy(error?: Error): void } & AsyncIterable<Buffer>
    stop.addEventListener('abort', () => stream.destroy(new Error('given up')), { once: true })
    for await (const line of lines(stream)) {
      clearTimeout(timer)
      timer = setTimeout(stall, stallTimeoutMs)
      if (line.error) throw refusal(image, line.error)
      onPercent(progress.add(line))
    }
    // The engine ends its answer the same way whether it finished or was cut; only a listing of the image proves the pull.
    await docker.getImage(image).inspect()
  } catch (error) {
    if (error instanceof HostlerError) throw error
    throw refusal(image, stalled.signal.aborted ? messageOf(stalled.signal.reason) : engineMessage(error), error)
  } finally {
    clearTimeout(timer)
  }
}
