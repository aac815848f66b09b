import { Pool } from 'undici'
import { benchKey } from './hostler.ts'

const prompt = 'z'.repeat(120)
const headers = { 'content-type': 'application/json', authorization: `Bearer ${benchKey}` }
const path = '/v1/chat/completions'

/** About 250 bytes with its head. */
const body = JSON.stringify({ model: 'bench', messages: [{ role: 'user', content: prompt }] })

const once = async (pool: Pool, text: string): Promise<void> => {
  const answer = await pool.request({ path, method: 'POST', headers, body: text })
  await answer.body.dump({ limit: 1e9 })
  if (answer.statusCode !== 200) throw new Error(`answered ${answer.statusCode}`)
}

/** As many requests as `connections` make one after another in the time given; resolves to their number. */
export const closedLoop = async (origin: string, connections: number, seconds: number): Promise<number> => {
  const pool = new Pool(origin, { connections })
  const end = performance.now() + seconds * 1000
  let count = 0
  const run = async () => {
    while (performance.now() < end) {
      await once(pool, body)
      count++
    }
  }
  await Promise.all(Array.from({ length: connections }, run))
  await pool.close()
  return count
}

/** Requests at a fixed rate, whether answers come or not; latencies in ms, each from the moment at which its request was due. */
export const openLoop = async (origin: string, ratePerSecond: number, seconds: number): Promise<readonly number[]> => {
  const pool = new Pool(origin, { connections: 256 })
  const latencies: number[] = []
  const pending: Promise<void>[] = []
  const start = performance.now()
  const total = ratePerSecond * seconds
  for (let sent = 0; sent < total; ) {
    const due = Math.min(total, Math.floor(((performance.now() - start) / 1000) * ratePerSecond))
    for (; sent < due; sent++) {
      const dueMs = start + (sent / ratePerSecond) * 1000
      pending.push(once(pool, body).then(() => void latencies.push(performance.now() - dueMs)))
    }
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await Promise.all(pending)
  await pool.close()
  return latencies.sort((a, b) => a - b)
}

/** `count` streams at a time of `chunks` events each; `inTheMiddle` runs while all of them stream. */
export const streams = async (origin: string, count: number, chunks: number, inTheMiddle: () => Promise<void>): Promise<void> => {
  const pool = new Pool(origin, { connections: count })
  const text = JSON.stringify({ model: 'bench', stream: true, max_tokens: chunks, messages: [] }).replaceAll(' ', '')
  const all = Promise.all(Array.from({ length: count }, () => once(pool, text)))
  await new Promise((resolve) => setTimeout(resolve, chunks * 10))
  await inTheMiddle()
  await all
  await pool.close()
}

export const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
