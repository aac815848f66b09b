import type { EngineConnections } from '../../engine-connections.ts'

export interface ScrapeTarget {
  /** `address:port` */
  readonly endpoint: string
  readonly path: string
  /** Empty: none is sent. */
  readonly apiKey: string
}

const timeoutMs = 1_500
/** vLLM shows about 100 KiB. */
const mostBytes = 4 * 1024 * 1024

/** The text of an engine's metrics. Rejects with what kept it from coming. */
export const scrape = async (connections: EngineConnections, target: ScrapeTarget, signal: AbortSignal): Promise<string> => {
  const { status, body } = await connections.get({ ...target, timeoutMs, mostBytes }, signal)
  if (status !== 200) throw new Error(`HTTP ${status} for ${target.path}`)
  return body
}
