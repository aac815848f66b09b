import { found, notTheCause } from '../../../../shared/diagnosis/found.ts'
import type { TimelineEvent } from '../../../../shared/diagnosis/timeline.ts'
import type { Mount } from '../../../observe/mount.ts'
import type { Check, CheckOutcome } from '../../check.ts'
import { seen } from '../evidence.ts'
import { lookAtPaths, modelPlaces, onePerMount } from './model-places.ts'
import { mountTable, type Place } from './place.ts'

/** ext4 says `emergency_ro` since Linux 6.15; before, and elsewhere, the filesystem is `ro` below a mount that is `rw`. */
export const madeReadOnly = ({ options, filesystemOptions }: Mount): boolean =>
  options.includes('rw') && (filesystemOptions.includes('ro') || filesystemOptions.includes('emergency_ro'))

/** The kernel goes over to read-only to save what is left after an error; nobody asks for it. Pure. */
export const judgeWritable = (places: readonly Place[], events: readonly TimelineEvent[]): CheckOutcome => {
  const mounts = onePerMount(places).flatMap(({ mount }) => (mount ? [mount] : []))
  const readOnly = mounts.filter(madeReadOnly)
  const remounts = events.filter(({ code }) => code === 'kernel.remount-read-only')
  const isNow = (device: string) => readOnly.some(({ source }) => source.endsWith(`/${device}`))
  const past = [...new Set(remounts.map(({ params }) => String(params.device)))].filter((device) => !isNow(device))
  return {
    findings: [
      ...readOnly.map((mount) =>
        found('storage.read-only', 'CRITICAL', {
          subject: `path/${mount.mountPoint}`,
          params: { mountPoint: mount.mountPoint, type: mount.type, source: mount.source },
          evidence: [
            seen(
              mountTable,
              `${mount.mountPoint} ${mount.options.join(',')} - ${mount.type} ${mount.source} ${mount.filesystemOptions.join(',')}`,
            ),
            ...linesOf(remounts.filter(({ params }) => mount.source.endsWith(`/${params.device}`))),
          ],
          ruledOut: [notTheCause('storage.not-asked-for', { mountPoint: mount.mountPoint })],
        }),
      ),
      ...past.map((device) =>
        found('storage.was-read-only', 'WARNING', {
          subject: `disk/${device}`,
          params: { device },
          evidence: linesOf(remounts.filter(({ params }) => params.device === device)),
        }),
      ),
    ],
    looked: [
      seen(
        mountTable,
        mounts.map(({ mountPoint, options, type }) => `${mountPoint} ${options.join(',')} - ${type}`),
      ),
    ],
  }
}

const linesOf = (events: readonly TimelineEvent[]) =>
  events.length === 0
    ? []
    : [
        seen(
          '/dev/kmsg',
          events.map(({ line }) => line),
        ),
      ]

export const writable: Check = {
  id: 'storage.writable',
  subject: 'storage',
  deadlineMs: 30_000,
  run: async (context, signal) =>
    judgeWritable([...(await modelPlaces(context, signal)), ...(await lookAtPaths(context, ['/'], signal))], context.events()),
}
