import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const answer = Buffer.from(
  JSON.stringify({ id: 'x', object: 'chat.completion', choices: [{ index: 0, message: { role: 'assistant', content: 'y'.repeat(120) } }] }),
)
const event = Buffer.from(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'word' } }] })}\n\n`)

/** Answers at once, or, when the body asks for a stream, with `chunks` events of a token each at 50 a second. */
export const startEngine = async (): Promise<number> => {
  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('latin1')
    request.on('data', (part: string) => {
      text += part
    })
    request.on('end', () => {
      if (!text.includes('"stream":true')) {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length })
        response.end(answer)
        return
      }
      let left = Number(/"max_tokens":(\d+)/.exec(text)?.[1] ?? 50)
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const timer = setInterval(() => {
        if (left-- > 0) response.write(event)
        else {
          clearInterval(timer)
          response.end('data: [DONE]\n\n')
        }
      }, 20)
      response.on('close', () => clearInterval(timer))
    })
  })
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
