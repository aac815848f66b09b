import type { CheckContext } from '../context.ts'

/** What probes look with: programs and files of this host. */
export type NetworkTools = Pick<CheckContext, 'run' | 'files'>
