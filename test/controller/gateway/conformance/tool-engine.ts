import { type Answer, startUpstream, type Upstream } from '../parts.ts'

const call = { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } }

/** As vLLM answers: a call of a tool, whole or in pieces. */
const openai = (streams: boolean): readonly string[] => {
  const chunk = (delta: object, finish_reason: string | null = null) =>
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'tools', choices: [{ index: 0, delta, finish_reason }] })}\n\n`
  const part = (more: object) => chunk({ tool_calls: [{ index: 0, ...more }] })
  if (!streams) {
    const message = { role: 'assistant', content: null, tool_calls: [call] }
    const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 }
    const choices = [{ index: 0, message, finish_reason: 'tool_calls' }]
    return [JSON.stringify({ id: 'c', object: 'chat.completion', created: 1, model: 'tools', choices, usage })]
  }
  return [
    chunk({ role: 'assistant', content: null }),
    part({ id: call.id, type: call.type, function: { name: 'weather', arguments: '' } }),
    part({ function: { arguments: '{"city":' } }),
    part({ function: { arguments: '"Oslo"}' } }),
    chunk({}, 'tool_calls'),
    'data: [DONE]\n\n',
  ]
}

const anthropic = JSON.stringify({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'tools',
  content: [{ type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Oslo' } }],
  stop_reason: 'tool_use',
  stop_sequence: null,
  usage: { input_tokens: 1, output_tokens: 2 },
})

const answer: Answer = (request, response, body) => {
  const { stream = false, tools } = JSON.parse(body.toString()) as { stream?: boolean; tools?: readonly object[] }
  if (tools?.length !== 1) return void response.writeHead(400).end('{"error":{"message":"no tools"}}')
  const pieces = request.url === '/v1/messages' ? [anthropic] : openai(stream)
  response.writeHead(200, { 'content-type': stream ? 'text/event-stream' : 'application/json' })
  for (const piece of pieces) response.write(piece)
  response.end()
}

/** Calls the tool it is given: the lab's model says only letters. */
export const startToolEngine = (): Promise<Upstream> => startUpstream(answer)
