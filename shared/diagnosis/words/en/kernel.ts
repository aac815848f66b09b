import type { KernelEvents } from '../../catalogue/kernel.ts'
import type { RoomWords } from '../../catalogue/room.ts'

const by = (process: string, pid: number): string => (pid === 0 ? '' : `, process ${process === '' ? '' : `${process} `}(pid ${pid})`)

export const kernelEvents: RoomWords<never, Record<never, never>, Record<never, never>, KernelEvents>['events'] = {
  'kernel.xid': ({ code, bus, pid, process }) => `Xid ${code} from the GPU at ${bus}${by(process, pid)}`,
  'kernel.sxid': ({ code, bus, fatal }) => `${fatal ? 'Fatal' : 'Non-fatal'} SXid ${code} from the NVSwitch at ${bus}`,
  'kernel.oom-kill': ({ scope, process, pid, replica }) =>
    `The kernel killed ${process} (pid ${pid})${replica === '' ? '' : ` of replica ${replica}`}: ${scope === 'cgroup' ? 'its memory limit was reached' : 'the host ran out of memory'}`,
  'kernel.hung-task': ({ process, pid, seconds }) => `${process} (pid ${pid}) has waited in the kernel for more than ${seconds} s`,
  'kernel.nvme-timeout': ({ device }) => `The drive ${device} did not answer in time`,
  'kernel.io-error': ({ device }) => `A read or write of ${device} failed`,
  'kernel.xfs-shutdown': ({ device }) => `XFS shut down the filesystem on ${device}`,
  'kernel.remount-read-only': ({ device }) => `The filesystem on ${device} was made read-only after an error`,
  'kernel.neighbour-overflow': ({ table }) => `The neighbour table ${table} overflowed`,
  'kernel.conntrack-full': () => 'The connection tracking table is full; packets are dropped',
  'kernel.link-down': ({ nic }) => `The link of ${nic} went down`,
  'kernel.link-up': ({ nic }) => `The link of ${nic} came up`,
  'kernel.pcie-error': ({ bus, severity }) => `A ${severity} PCIe error at ${bus}`,
  'kernel.machine-check': ({ bank }) => `The processor reported a hardware error (bank ${bank})`,
  'kernel.log-gap': ({ records }) => `${records} records of the kernel's log were overwritten before they could be read`,
}
