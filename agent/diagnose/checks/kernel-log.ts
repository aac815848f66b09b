import type { Finding } from '../../../shared/diagnosis/finding.ts'
import { found } from '../../../shared/diagnosis/found.ts'
import type { CheckContext } from '../context.ts'

const place = '/dev/kmsg'
const forbidden = new Set(['EACCES', 'EPERM'])

/** What a check that rests on the kernel's log has to say when nobody reads it: silence is then no good news. */
export const unreadKernelLog = (context: Pick<CheckContext, 'kernelLog'>): readonly Finding[] => {
  const { reading, errno, problem } = context.kernelLog()
  if (reading) return []
  const about = { subject: 'host', evidence: [] }
  if (forbidden.has(errno)) return [found('looking.forbidden', 'UNKNOWN', { ...about, params: { what: place } })]
  return [found('looking.failed', 'UNKNOWN', { ...about, params: { what: place, message: problem } })]
}
