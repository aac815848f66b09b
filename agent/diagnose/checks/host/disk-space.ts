import type { Check } from '../../check.ts'
import { lookAtPaths } from '../storage/model-places.ts'
import { judgeSpace } from '../storage/space.ts'

/** Where the system, the agent and the container engines write. Those that are on one filesystem are judged once. */
const writtenTo = ['/', '/var/log', '/var/lib/hostler', '/var/lib/docker', '/var/lib/containerd', '/var/lib/containers'] as const

export const diskSpace: Check = {
  id: 'host.disk-space',
  subject: 'host',
  deadlineMs: 30_000,
  run: async (context, signal) => {
    const places = await lookAtPaths(context, writtenTo, signal)
    return judgeSpace(
      places.filter(({ problem }) => problem !== 'missing'),
      context.thresholds.freeSpacePercent,
    )
  },
}
