import { request } from 'undici'

/** One streamed chat completion; resolves to its text and how it came. */
export const streamOne = async ({
  origin,
  apiKey,
  model,
}: {
  readonly origin: string
  readonly apiKey: string
  readonly model: string
}): Promise<string> => {
  const startedMs = performance.now()
  const answer = await request(`${origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
    body: JSON.stringify({ model, stream: true, max_tokens: 16, messages: [{ role: 'user', content: 'Say something.' }] }),
  })
  let text = ''
  let firstByteMs = 0
  for await (const chunk of answer.body) {
    firstByteMs ||= performance.now() - startedMs
    text += String(chunk)
  }
  if (answer.statusCode !== 200) throw new Error(`the gateway answered ${answer.statusCode}: ${text}`)
  const pieces = text.split('\n').filter((line) => line.startsWith('data: {'))
  const words = pieces.map((line) => JSON.parse(line.slice('data: '.length)).choices?.[0]?.delta?.content ?? '').join('')
  return `${JSON.stringify(words)} in ${pieces.length} pieces, the first after ${Math.round(firstByteMs)} ms (random weights talk gibberish)`
}
