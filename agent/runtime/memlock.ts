import type { Privileges } from './proc.ts'

/** Whether an unlimited memlock limit can be granted here, and how that is known. */
export interface MemlockVerdict {
  readonly grantable: boolean
  readonly evidence: string
}

const capability = { ipcLock: 1n << 14n, sysResource: 1n << 24n } as const
/** The kernel's fixed inode of the first user namespace; capabilities in any other do not count for limits. */
const initialUserNamespace = 'user:[4026531837]'

export const memlockConsequence = 'NCCL and RDMA may fail to register memory, and weights may be swapped out'

export const memlockRemedy =
  'give the container engine CAP_SYS_RESOURCE or an unlimited limit of its own (systemd: LimitMEMLOCK=infinity), restart it; ' +
  'or set memlock: off for engines that register no memory'

const holds = (privileges: Privileges, bit: bigint): boolean =>
  privileges.userNamespace === initialUserNamespace && (privileges.effectiveCapabilities & bit) !== 0n

const limitText = (privileges: Privileges): string =>
  Number.isFinite(privileges.memlockHardBytes) ? `${Math.floor(privileges.memlockHardBytes / 1024)} KiB` : 'unlimited'

const judge = (who: string, privileges: Privileges): MemlockVerdict => {
  if (privileges.memlockHardBytes === Number.POSITIVE_INFINITY) return { grantable: true, evidence: `${who} has no memlock limit` }
  if (holds(privileges, capability.sysResource)) return { grantable: true, evidence: `${who} has CAP_SYS_RESOURCE` }
  return { grantable: false, evidence: `${who} is limited to ${limitText(privileges)} and lacks CAP_SYS_RESOURCE` }
}

/**
 * For containers: the limit is set on behalf of the engine, so the engine's privileges count. When its process cannot be found
 * the host's first process stands in: what that one lacks, nothing on the host has. Pure.
 */
export const judgeEngineMemlock = (engine: Privileges | undefined, first: Privileges | undefined): MemlockVerdict => {
  if (engine) return judge('the container engine', engine)
  if (first) return judge('the first process of this host', first)
  return { grantable: true, evidence: 'nothing is known against it' }
}

/** For processes: their limit is inherited from the agent; with CAP_IPC_LOCK it is not enforced at all. Pure. */
export const judgeOwnMemlock = (own: Privileges | undefined): MemlockVerdict => {
  if (!own) return { grantable: false, evidence: 'the privileges of the agent could not be read' }
  if (holds(own, capability.ipcLock)) return { grantable: true, evidence: 'the agent has CAP_IPC_LOCK' }
  return judge('the agent', own)
}

/** Whether an engine's refusal to start a container is about the memlock limit (runc and crun word it differently). */
export const isMemlockRefusal = (message: string): boolean => /rlimit/i.test(message) && /type 8\b|memlock/i.test(message)
