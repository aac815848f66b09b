import { hash } from 'node:crypto'
import { endOfValue, scanMembers, scanTopLevel } from './scan-json.ts'

/** Of a prompt that is one text: enough to tell prompts apart, little enough to be the same when it grows. */
const textBytes = 512
/** Of a conversation: up to here its beginning is looked at. */
const conversationBytes = 64 * 1024

const openBracket = 0x5b
const openBrace = 0x7b
const comma = 0x2c

/** From the first message to the end of the first of the user's: the same in every turn of a conversation, and seldom in two. */
const firstTurn = (body: Buffer, from: number): Buffer => {
  let at = from + 1
  for (;;) {
    while (at < body.length && (body[at] === comma || (body[at] ?? 0) <= 0x20)) at++
    if (body[at] !== openBrace) break
    const end = endOfValue(body, at)
    const role = scanTopLevel(body.subarray(at, end), 'role')
    at = end
    if (role.kind === 'found' && role.value === 'user') break
  }
  return body.subarray(from, Math.min(at, from + conversationBytes))
}

/**
 * A hash, never 0, of what a request has in common with those that came before it in its conversation; 0 when nothing can be said. What a client
 * names itself (`prompt_cache_key`) goes first, then `messages` or `input` up to the end of the first message of the user, then the beginning of
 * a `prompt` or `input` that is one text.
 * @param body JSON, as it was checked before
 */
export const prefixHash = (body: Buffer): number => {
  const places = new Map<string, number>()
  if (scanMembers(body, (name, at) => places.set(name, at))) return 0
  const key = places.get('prompt_cache_key')
  const at = key ?? places.get('messages') ?? places.get('input') ?? places.get('prompt')
  if (at === undefined) return 0
  const isConversation = key === undefined && body[at] === openBracket
  const common = isConversation ? firstTurn(body, at) : body.subarray(at, Math.min(endOfValue(body, at), at + textBytes))
  return hash('sha1', common, 'buffer').readUInt32LE(0) || 1
}
