import type { Finding } from '../../../../shared/diagnosis/finding.ts'
import { found } from '../../../../shared/diagnosis/found.ts'
import type { TimelineEvent } from '../../../../shared/diagnosis/timeline.ts'
import { mountOf } from '../../../observe/mount.ts'
import type { Check, CheckOutcome } from '../../check.ts'
import { seen } from '../evidence.ts'
import { unreadKernelLog } from '../kernel-log.ts'
import { deviceOf, disksUnder } from './disks.ts'
import { lookAtPaths, modelPlaces } from './model-places.ts'
import { mountTable } from './place.ts'

/** The kernel's names of what holds a filesystem: the device itself and the disks below it. */
export interface Holder {
  readonly mountPoint: string
  readonly names: readonly string[]
}

/** An NVMe driver speaks of its controller, `nvme0`; a filesystem of a partition of a namespace, `nvme0n1p2`. */
const concerns = (holder: Holder, device: string): boolean =>
  holder.names.some((name) => name === device || (/^nvme\d+$/.test(device) && name.startsWith(`${device}n`)))

const codes = ['kernel.xfs-shutdown', 'kernel.nvme-timeout', 'kernel.io-error'] as const
type Code = (typeof codes)[number]

/** Errors that the kernel told of in the window, one finding a device and kind; worst where models or the system are. Pure. */
export const judgeKernelErrors = (events: readonly TimelineEvent[], holders: readonly Holder[]): CheckOutcome => {
  const findings = codes.flatMap((code) => {
    const own = events.filter((event) => event.code === code)
    const devices = [...new Set(own.map(({ params }) => String(params.device)))]
    return devices.map((device) => {
      const told = own.filter(({ params }) => params.device === device)
      return judgeDevice(
        code,
        device,
        told,
        holders.find((holder) => concerns(holder, device)),
      )
    })
  })
  const devices = holders.map(({ mountPoint, names }) => `${mountPoint} is on ${names.join(', ') || 'no block device'}`)
  return { findings, looked: [seen('/dev/kmsg', [`${findings.length} kinds of storage errors in the window`, ...devices])] }
}

const judgeDevice = (code: Code, device: string, told: readonly TimelineEvent[], holder: Holder | undefined): Finding => {
  const about = {
    subject: `disk/${device}`,
    evidence: told.map(({ line, atUnixMs }) => ({ source: '/dev/kmsg', lines: [line], atUnixMs })).slice(-5),
  }
  const verdict = holder ? 'CRITICAL' : 'WARNING'
  const params = { device, count: told.length, models: holder !== undefined }
  switch (code) {
    case 'kernel.xfs-shutdown':
      return found('storage.xfs-shutdown', verdict, { ...about, params: { device, mountPoint: holder?.mountPoint ?? '' } })
    case 'kernel.nvme-timeout':
      return found('storage.nvme-timeouts', verdict, { ...about, params })
    case 'kernel.io-error':
      return found('storage.io-errors', verdict, { ...about, params })
  }
}

export const kernelErrors: Check = {
  id: 'storage.kernel-errors',
  subject: 'storage',
  deadlineMs: 30_000,
  run: async (context, signal) => {
    const mountinfo = (await context.files.text(mountTable)) ?? ''
    const places = [...(await modelPlaces(context, signal)), ...(await lookAtPaths(context, ['/'], signal))]
    const holders = await Promise.all(
      places.map(async ({ mount, resolvedPath }): Promise<Holder> => {
        const held = mount ?? mountOf(mountinfo, resolvedPath)
        if (!held) return { mountPoint: resolvedPath, names: [] }
        const names = [await deviceOf(context.files, held), ...(await disksUnder(context.files, held)).map(({ name }) => name)]
        return { mountPoint: held.mountPoint, names: [...new Set(names)].filter((name) => name !== '') }
      }),
    )
    const { findings, looked } = judgeKernelErrors(context.events(), holders)
    return { findings: [...findings, ...unreadKernelLog(context)], looked }
  },
}
