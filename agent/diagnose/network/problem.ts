import type { LookingFindings } from '../../../shared/diagnosis/catalogue/looking.ts'
import type { PeerProbe } from '../../../shared/diagnosis/mesh.ts'
import type { BoundedRun } from '../../observe/run-bounded.ts'

export type Problem = PeerProbe['problems'][number]

/** The Debian packages that bring what is run here. */
export const packageOf = {
  ping: 'iputils-ping',
  iperf3: 'iperf3',
  arping: 'iputils-arping',
  ip: 'iproute2',
  ss: 'iproute2',
} as const

export type Program = keyof typeof packageOf

/** A reason for not having looked, as findings of the catalogue name it. */
export const problem = <Code extends keyof LookingFindings>(code: Code, params: LookingFindings[Code]): Problem => ({
  code,
  params: { ...params },
})

export const failed = (what: string, message: string): Problem => problem('looking.failed', { what, message })

/** What a program printed, or why there is nothing to read. */
export type Printed =
  | { readonly kind: 'printed'; readonly output: string; readonly code: number | null }
  | { readonly kind: 'problem'; readonly problem: Problem }

export const printedBy = (program: Program, run: BoundedRun, deadlineMs: number): Printed => {
  switch (run.kind) {
    case 'exited':
      return { kind: 'printed', output: run.output, code: run.code }
    case 'not-started':
      return {
        kind: 'problem',
        problem:
          run.errno === 'ENOENT'
            ? problem('looking.program-missing', { program, package: packageOf[program] })
            : failed(program, run.message),
      }
    case 'late':
      return { kind: 'problem', problem: problem('looking.late', { what: program, deadlineMs }) }
    case 'too-long':
      return { kind: 'problem', problem: problem('looking.unreadable', { what: program }) }
    case 'aborted':
      return { kind: 'problem', problem: failed(program, 'it was cancelled') }
  }
}
