import type { Check } from '../check.ts'
import { containerAccess } from './gpu/container-access.ts'
import { count } from './gpu/count.ts'
import { driver } from './gpu/driver.ts'
import { foreignHolders } from './gpu/foreign-holders.ts'
import { memoryHealth } from './gpu/memory-health.ts'
import { nvlink } from './gpu/nvlink.ts'
import { pcie } from './gpu/pcie.ts'
import { persistence } from './gpu/persistence.ts'
import { recoveryAction } from './gpu/recovery-action.ts'
import { throttling } from './gpu/throttling.ts'
import { xid } from './gpu/xid.ts'

/** The checks of this subject, in the order in which a report shows them. To add one: write its file, and put it here. */
export const gpuChecks: readonly Check[] = [
  count,
  driver,
  xid,
  recoveryAction,
  memoryHealth,
  throttling,
  pcie,
  nvlink,
  foreignHolders,
  containerAccess,
  persistence,
]
