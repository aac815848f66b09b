import { messageOf } from '../errors/hostler-error.ts'
import type { Log } from '../log/log.ts'
import { type MetricsListener, startMetricsListener } from './metrics-listener.ts'

/** The listener, or none: a port that is taken is told and does not keep the daemon from its work. */
export const serveMetrics = async (
  listen: { readonly host: string; readonly port: number },
  write: () => string,
  log: Log,
): Promise<MetricsListener | undefined> => {
  try {
    return await startMetricsListener(listen, write)
  } catch (error) {
    log.warn('metrics are not served', { reason: messageOf(error) })
    return undefined
  }
}
