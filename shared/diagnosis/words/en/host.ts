import type { HostCauses, HostEvents, HostFindings, hostChecks } from '../../catalogue/host.ts'
import type { RoomWords } from '../../catalogue/room.ts'
import { machineFindings } from './machine-findings.ts'
import { replicaFindings } from './replica-findings.ts'
import { tuningFindings } from './tuning-findings.ts'

export const host: RoomWords<(typeof hostChecks)[number], HostFindings, HostCauses, HostEvents> = {
  checks: {
    'host.tuning': 'Settings against the tuning profile: now, at the next boot, and in containers',
    'host.backlog': 'Whether replicas make use of the limit for waiting connections',
    'host.fast-open': 'Whether anything makes use of TCP Fast Open',
    'host.replica-limits': 'Locked memory and open files of running replicas',
    'host.shared-memory': 'Size of /dev/shm of replicas on several GPUs',
    'host.memory': 'Available memory, stalls for want of it, and swap',
    'host.processors': 'Stalls for want of a processor, and throttled replicas',
    'host.clock': 'Whether something keeps the clock right',
    'host.kernel': 'What the kernel says of its own state',
    'host.stuck-processes': 'Processes that are stuck in the kernel',
    'host.disk-space': 'Free space where the system and the container engine write',
    'host.container-engine': 'Whether replicas can be run here',
    'host.reboot': 'Whether an update waits for a reboot',
  },
  findings: { ...tuningFindings, ...replicaFindings, ...machineFindings },
  causes: {
    'host.queue-empty': ({ port }) => `no connection waits at port ${port}`,
    'host.memory-available': ({ availableMiB }) => `${availableMiB} MiB of memory are available`,
    'host.no-profile-owner': ({ name }) => `${name} does not own the setting`,
  },
  events: {},
}
