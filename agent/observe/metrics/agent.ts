import { version } from '../../../shared/config/version.ts'
import type { Collector } from './collector.ts'

export interface AgentFigures {
  readonly hostId: string
  readonly connected: () => boolean
  readonly historySeries: () => number
}

/** The agent about itself. */
export const agentCollector = ({ hostId, connected, historySeries }: AgentFigures): Collector => ({
  name: 'agent',
  everyMs: 0,
  collect: () => (set) => {
    const { user, system } = process.cpuUsage()
    set('hostler_agent_info', [version, hostId], 1)
    set('hostler_agent_cpu_seconds_total', [], (user + system) / 1e6)
    set('hostler_agent_resident_memory_bytes', [], process.memoryUsage.rss())
    set('hostler_agent_controller_connected', [], connected())
    set('hostler_agent_history_series', [], historySeries())
  },
})
