import type { Check } from '../check.ts'
import { backlog } from './host/backlog.ts'
import { clock } from './host/clock.ts'
import { containerEngine } from './host/container-engine.ts'
import { diskSpace } from './host/disk-space.ts'
import { fastOpen } from './host/fast-open.ts'
import { kernel } from './host/kernel.ts'
import { memory } from './host/memory.ts'
import { processors } from './host/processors.ts'
import { reboot } from './host/reboot.ts'
import { replicaLimits } from './host/replica-limits.ts'
import { sharedMemory } from './host/shared-memory.ts'
import { stuckProcesses } from './host/stuck-processes.ts'
import { tuning } from './host/tuning.ts'

/** The checks of this subject, in the order in which a report shows them. To add one: write its file, and put it here. */
export const hostChecks: readonly Check[] = [
  ...[tuning, backlog, fastOpen],
  ...[replicaLimits, sharedMemory],
  ...[memory, processors, clock, kernel, stuckProcesses, diskSpace, containerEngine, reboot],
]
